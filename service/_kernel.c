/* The compiled kernel: sentences, words and their scores in one pass over a text, and the strings that a text holds.
 *
 * It is optional. service/sentences.py says the same in Python and numpy; a test holds the two equal, and that one serves where
 * this was not built. Letters, digits and blanks are those of Python's `re`, for all of Unicode, and nothing is capped.
 *
 *   Scorer(terms, idf, weights, intercepts)   terms: "word" or "word word"; the rest: buffers of float64, weights row by row
 *     .read(text, limit)  -> (starts and ends, scores): bytes of int64 pairs, bytes of float64 rows
 *     .score(text)        -> scores of the whole text as one sentence: bytes of float64
 *   Finder(groups)                            groups: lists of strings
 *     .find(text, spans)  -> the groups with whose strings a word begins: (number, [(place, end of its sentence), …])
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    int kind;
    const void *data;
    Py_ssize_t length;
} Text;

static Text
text_of(PyObject *text)
{
    Text found = {PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)};
    return found;
}

static inline Py_UCS4
at(const Text *text, Py_ssize_t index)
{
    return PyUnicode_READ(text->kind, text->data, index);
}

/* What a character may be, looked up for Latin-1 and asked of Unicode beyond. */
enum { WORD = 1, BLANK = 2, STOP = 4, BREAK = 8, DASH = 16, END = STOP | BREAK | DASH };
static unsigned char kinds[256];

static void
fill_kinds(void)
{
    for (Py_UCS4 c = 0; c < 256; c++) {
        kinds[c] = (unsigned char)((Py_UNICODE_ISALNUM(c) || c == '_' ? WORD : 0) | (Py_UNICODE_ISSPACE(c) ? BLANK : 0));
    }
    for (const char *c = ".!?;"; *c; c++) kinds[(unsigned char)*c] |= STOP;
    for (const char *c = "\n\r|"; *c; c++) kinds[(unsigned char)*c] |= BREAK;
    for (const char *c = "-*"; *c; c++) kinds[(unsigned char)*c] |= DASH;
    kinds[0xB7] |= BREAK; /* middle dot */
}

static int
kind_of(Py_UCS4 c)
{
    if (c < 256) return kinds[c];
    switch (c) {
    case 0x2022: case 0x25CF: case 0x25AA: case 0x25E6: case 0x25A0: case 0x2026: return BREAK;
    case 0x2013: case 0x2014: return DASH;
    }
    return (Py_UNICODE_ISALNUM(c) ? WORD : 0) | (Py_UNICODE_ISSPACE(c) ? BLANK : 0);
}

/* Whether a letter or digit; unlike WORD, the low line is none. */
static int
in_word(Py_UCS4 c)
{
    return c != '_' && (kind_of(c) & WORD);
}

/* --- words and pairs of words -> rows, by open addressing; sizes are powers of two, at most half full */

typedef struct {
    uint64_t hash;
    Py_ssize_t start; /* in letters */
    int32_t length;   /* 0: an empty place */
    int32_t id;
    int32_t row;      /* of the word itself; -1: only pairs have it */
} Word;

typedef struct {
    uint64_t key; /* first id << 32 | second id, and 1 added so that 0 is an empty place */
    int32_t row;
} Pair;

typedef struct {
    PyObject_HEAD
    Word *words;
    Pair *pairs;
    Py_UCS4 *letters;
    double *idf, *weights, *intercepts;
    uint64_t word_mask, pair_mask;
    int32_t word_count;
    Py_ssize_t letter_count, rows, columns;
} Scorer;

static inline uint64_t
mixed(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    return h;
}

#define HASH_START 1469598103934665603ULL
#define HASH_STEP(h, c) (((h) ^ (c)) * 1099511628211ULL)

static Word *
find_word(const Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t length, uint64_t hash)
{
    for (uint64_t place = mixed(hash) & self->word_mask;; place = (place + 1) & self->word_mask) {
        Word *word = &self->words[place];
        if (!word->length) return word;
        if (word->hash != hash || word->length != length) continue;
        Py_ssize_t i = 0;
        while (i < length && self->letters[word->start + i] == at(text, start + i)) i++;
        if (i == length) return word;
    }
}

static Pair *
find_pair(const Scorer *self, int32_t first, int32_t second)
{
    uint64_t key = (((uint64_t)first << 32) | (uint32_t)second) + 1;
    for (uint64_t place = mixed(key) & self->pair_mask;; place = (place + 1) & self->pair_mask) {
        Pair *pair = &self->pairs[place];
        if (!pair->key || pair->key == key) return pair;
    }
}

/* The id of a word of the vocabulary, entered where it is new. */
static int32_t
enter_word(Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t end, int32_t row)
{
    uint64_t hash = HASH_START;
    for (Py_ssize_t i = start; i < end; i++) hash = HASH_STEP(hash, at(text, i));
    Word *word = find_word(self, text, start, end - start, hash);
    if (!word->length) {
        word->hash = hash;
        word->start = self->letter_count;
        word->length = (int32_t)(end - start);
        word->id = self->word_count++;
        word->row = -1;
        for (Py_ssize_t i = start; i < end; i++) self->letters[self->letter_count++] = at(text, i);
    }
    if (row >= 0) word->row = row;
    return word->id;
}

static double *
doubles(PyObject *source, Py_ssize_t count, const char *name)
{
    Py_buffer view;
    if (PyObject_GetBuffer(source, &view, PyBUF_C_CONTIGUOUS) < 0) return NULL;
    double *copy = NULL;
    if (view.len != count * (Py_ssize_t)sizeof(double)) {
        PyErr_Format(PyExc_ValueError, "%s must hold %zd float64, not %zd bytes", name, count, view.len);
    } else if ((copy = PyMem_Malloc(view.len ? view.len : 1)) == NULL) {
        PyErr_NoMemory();
    } else {
        memcpy(copy, view.buf, view.len);
    }
    PyBuffer_Release(&view);
    return copy;
}

static uint64_t
room(Py_ssize_t count)
{
    uint64_t size = 16;
    while (size < 2 * (uint64_t)count) size *= 2;
    return size;
}

static int
Scorer_init(Scorer *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *terms, *idf, *weights, *intercepts;
    if (!PyArg_ParseTuple(args, "O!OOO", &PyList_Type, &terms, &idf, &weights, &intercepts)) return -1;
    if (self->words != NULL) {
        PyErr_SetString(PyExc_TypeError, "a Scorer is made once");
        return -1;
    }
    Py_ssize_t letters = 0, rows = PyList_GET_SIZE(terms), columns = PyObject_Length(intercepts);
    if (columns < 0) return -1;
    for (Py_ssize_t row = 0; row < rows; row++) {
        PyObject *term = PyList_GET_ITEM(terms, row);
        if (!PyUnicode_Check(term)) {
            PyErr_SetString(PyExc_TypeError, "terms must be texts");
            return -1;
        }
        letters += PyUnicode_GET_LENGTH(term);
    }
    self->rows = rows;
    self->columns = columns;
    self->word_mask = room(2 * rows) - 1;
    self->pair_mask = room(rows) - 1;
    self->words = PyMem_Calloc(self->word_mask + 1, sizeof(Word));
    self->pairs = PyMem_Calloc(self->pair_mask + 1, sizeof(Pair));
    self->letters = PyMem_Calloc(letters ? letters : 1, sizeof(Py_UCS4));
    if (!self->words || !self->pairs || !self->letters) {
        PyErr_NoMemory();
        return -1;
    }
    if (!(self->idf = doubles(idf, rows, "idf"))) return -1;
    if (!(self->weights = doubles(weights, rows * columns, "weights"))) return -1;
    if (!(self->intercepts = doubles(intercepts, columns, "intercepts"))) return -1;
    for (Py_ssize_t row = 0; row < rows; row++) {
        Text term = text_of(PyList_GET_ITEM(terms, row));
        Py_ssize_t space = 0;
        while (space < term.length && at(&term, space) != ' ') space++;
        if (space == term.length) {
            enter_word(self, &term, 0, term.length, (int32_t)row);
        } else {
            int32_t first = enter_word(self, &term, 0, space, -1), second = enter_word(self, &term, space + 1, term.length, -1);
            Pair *pair = find_pair(self, first, second);
            pair->key = (((uint64_t)first << 32) | (uint32_t)second) + 1;
            pair->row = (int32_t)row;
        }
    }
    return 0;
}

static void
Scorer_dealloc(Scorer *self)
{
    PyMem_Free(self->words);
    PyMem_Free(self->pairs);
    PyMem_Free(self->letters);
    PyMem_Free(self->idf);
    PyMem_Free(self->weights);
    PyMem_Free(self->intercepts);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* --- one reading of a text */

typedef struct {
    int32_t *counts; /* by row; all nought between sentences */
    int32_t *seen;   /* the rows of this sentence */
    Py_ssize_t seen_count;
    int64_t *spans;
    double *scores;
    Py_ssize_t count, space;
} Reading;

static void
count_row(Reading *reading, int32_t row)
{
    if (row >= 0 && reading->counts[row]++ == 0) reading->seen[reading->seen_count++] = row;
}

/* The scores of one sentence into `out`; returns whether it has a word of two letters or more. */
static int
score_sentence(const Scorer *self, Reading *reading, const Text *text, Py_ssize_t start, Py_ssize_t end, double *out)
{
    int words = 0;
    int32_t before = -1;
    reading->seen_count = 0;
    for (Py_ssize_t i = start; i < end;) {
        Py_UCS4 c = at(text, i);
        if (!(kind_of(c) & WORD)) {
            i++;
            continue;
        }
        Py_ssize_t from = i;
        uint64_t hash = HASH_START;
        do {
            hash = HASH_STEP(hash, c);
            i++;
        } while (i < end && (kind_of(c = at(text, i)) & WORD));
        if (i - from < 2) continue;
        words = 1;
        const Word *word = find_word(self, text, from, i - from, hash);
        int32_t id = word->length ? word->id : -1;
        if (id >= 0) {
            count_row(reading, word->row);
            if (before >= 0) {
                const Pair *pair = find_pair(self, before, id);
                if (pair->key) count_row(reading, pair->row);
            }
        }
        before = id;
    }
    memcpy(out, self->intercepts, self->columns * sizeof(double));
    double norm = 0.0;
    for (Py_ssize_t i = 0; i < reading->seen_count; i++) {
        int32_t row = reading->seen[i];
        double value = (1.0 + log((double)reading->counts[row])) * self->idf[row];
        norm += value * value;
    }
    norm = sqrt(norm);
    for (Py_ssize_t i = 0; i < reading->seen_count; i++) {
        int32_t row = reading->seen[i];
        double value = (1.0 + log((double)reading->counts[row])) * self->idf[row] / norm;
        const double *weights = self->weights + (Py_ssize_t)row * self->columns;
        for (Py_ssize_t column = 0; column < self->columns; column++) out[column] += value * weights[column];
        reading->counts[row] = 0;
    }
    return words;
}

/* Keep a sentence, without the blanks around it, where it has a word; -1 where there is no memory. */
static int
append(const Scorer *self, Reading *reading, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    while (start < end && (kind_of(at(text, start)) & BLANK)) start++;
    while (end > start && (kind_of(at(text, end - 1)) & BLANK)) end--;
    if (reading->count == reading->space) {
        Py_ssize_t space = 2 * reading->space + 32;
        int64_t *spans = PyMem_RawRealloc(reading->spans, 2 * space * sizeof(int64_t));
        if (spans) reading->spans = spans;
        double *scores = PyMem_RawRealloc(reading->scores, space * (self->columns ? self->columns : 1) * sizeof(double));
        if (scores) reading->scores = scores;
        if (!spans || !scores) return -1;
        reading->space = space;
    }
    if (score_sentence(self, reading, text, start, end, reading->scores + reading->count * self->columns)) {
        reading->spans[2 * reading->count] = start;
        reading->spans[2 * reading->count + 1] = end;
        reading->count++;
    }
    return 0;
}

/* Where a sentence that ends at this character goes on until, or 0 where none ends here. */
static Py_ssize_t
end_of(const Text *text, Py_ssize_t i, int kind)
{
    if (kind & (STOP | BREAK)) {
        int same = kind & (STOP | BREAK);
        Py_ssize_t end = i + 1;
        while (end < text->length && (kind_of(at(text, end)) & same)) end++;
        if (same == BREAK) return end;
        return end < text->length && (kind_of(at(text, end)) & BLANK) ? end : 0;
    }
    int apart = i > 0 && i + 1 < text->length && (kind_of(at(text, i - 1)) & BLANK) && (kind_of(at(text, i + 1)) & BLANK);
    return apart ? i + 1 : 0;
}

static int
read_text(const Scorer *self, Reading *reading, const Text *text, Py_ssize_t limit)
{
    Py_ssize_t start = 0, i = 0;
    while (i < text->length) {
        int kind = kind_of(at(text, i));
        Py_ssize_t end = (kind & END) ? end_of(text, i, kind) : 0;
        if (!end) {
            i++;
            continue;
        }
        if (append(self, reading, text, start, end) < 0) return -1;
        start = i = end;
        if (reading->count >= limit) return 0;
    }
    return append(self, reading, text, start, text->length);
}

static int
open_reading(const Scorer *self, Reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->counts = PyMem_RawCalloc(self->rows + 1, sizeof(int32_t));
    reading->seen = PyMem_RawMalloc((self->rows + 1) * sizeof(int32_t));
    return reading->counts && reading->seen ? 0 : -1;
}

static void
close_reading(Reading *reading)
{
    PyMem_RawFree(reading->counts);
    PyMem_RawFree(reading->seen);
    PyMem_RawFree(reading->spans);
    PyMem_RawFree(reading->scores);
}

static PyObject *
Scorer_read(Scorer *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t limit;
    if (!PyArg_ParseTuple(args, "Un", &source, &limit)) return NULL;
    Text text = text_of(source);
    Reading reading;
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = open_reading(self, &reading) < 0 || read_text(self, &reading, &text, limit) < 0;
    Py_END_ALLOW_THREADS
    PyObject *found = failed ? PyErr_NoMemory()
                             : Py_BuildValue("y#y#", reading.spans ? (char *)reading.spans : "",
                                             reading.count * (Py_ssize_t)(2 * sizeof(int64_t)),
                                             reading.scores ? (char *)reading.scores : "",
                                             reading.count * self->columns * (Py_ssize_t)sizeof(double));
    close_reading(&reading);
    return found;
}

static PyObject *
Scorer_score(Scorer *self, PyObject *source)
{
    if (!PyUnicode_Check(source)) {
        PyErr_SetString(PyExc_TypeError, "score takes a text");
        return NULL;
    }
    Text text = text_of(source);
    PyObject *found = PyBytes_FromStringAndSize(NULL, self->columns * (Py_ssize_t)sizeof(double));
    if (!found) return NULL;
    double *out = (double *)PyBytes_AS_STRING(found);
    Reading reading;
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = open_reading(self, &reading) < 0;
    if (!failed) score_sentence(self, &reading, &text, 0, text.length, out);
    Py_END_ALLOW_THREADS
    close_reading(&reading);
    if (failed) {
        Py_DECREF(found);
        return PyErr_NoMemory();
    }
    return found;
}

static PyMethodDef Scorer_methods[] = {
    {"read", (PyCFunction)Scorer_read, METH_VARARGS, "read(text, limit): the sentences and the scores of each."},
    {"score", (PyCFunction)Scorer_score, METH_O, "score(text): the scores of the text as one sentence."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ScorerType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service._kernel.Scorer",
    .tp_doc = "Cuts a text into sentences and scores each.",
    .tp_basicsize = sizeof(Scorer),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)Scorer_init,
    .tp_dealloc = (destructor)Scorer_dealloc,
    .tp_methods = Scorer_methods,
};

/* --- strings in a text: those with the same two first letters share a bucket; the second letter of those of one letter is nought */

enum { BUCKETS = 4096 };

typedef struct {
    Py_ssize_t start, length; /* in letters */
    Py_ssize_t group;
    int32_t next; /* the next string of the bucket; -1: none */
} String;

typedef struct {
    PyObject_HEAD
    String *strings;
    Py_UCS4 *letters;
    Py_ssize_t groups;
    int32_t buckets[BUCKETS]; /* the first string of each; -1: none */
} Finder;

static inline uint32_t
bucket_of(Py_UCS4 first, Py_UCS4 second)
{
    return (first * 131 + second) & (BUCKETS - 1);
}

static int
Finder_init(Finder *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *groups;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &groups)) return -1;
    if (self->strings != NULL) {
        PyErr_SetString(PyExc_TypeError, "a Finder is made once");
        return -1;
    }
    Py_ssize_t count = 0, letters = 0;
    self->groups = PyList_GET_SIZE(groups);
    for (Py_ssize_t group = 0; group < self->groups; group++) {
        PyObject *strings = PyList_GET_ITEM(groups, group);
        if (!PyList_Check(strings)) {
            PyErr_SetString(PyExc_TypeError, "groups must be lists of texts");
            return -1;
        }
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(strings); i++, count++) {
            PyObject *string = PyList_GET_ITEM(strings, i);
            if (!PyUnicode_Check(string) || PyUnicode_GET_LENGTH(string) == 0) {
                PyErr_SetString(PyExc_ValueError, "a string that is looked for has a letter or more");
                return -1;
            }
            letters += PyUnicode_GET_LENGTH(string);
        }
    }
    self->strings = PyMem_Calloc(count ? count : 1, sizeof(String));
    self->letters = PyMem_Calloc(letters ? letters : 1, sizeof(Py_UCS4));
    if (!self->strings || !self->letters) {
        PyErr_NoMemory();
        return -1;
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++) self->buckets[bucket] = -1;
    int32_t number = 0;
    letters = 0;
    for (Py_ssize_t group = 0; group < self->groups; group++) {
        PyObject *strings = PyList_GET_ITEM(groups, group);
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(strings); i++, number++) {
            Text text = text_of(PyList_GET_ITEM(strings, i));
            String *string = &self->strings[number];
            string->start = letters;
            string->length = text.length;
            string->group = group;
            for (Py_ssize_t j = 0; j < text.length; j++) self->letters[letters++] = at(&text, j);
            int32_t *bucket = &self->buckets[bucket_of(at(&text, 0), text.length > 1 ? at(&text, 1) : 0)];
            string->next = *bucket;
            *bucket = number;
        }
    }
    return 0;
}

static void
Finder_dealloc(Finder *self)
{
    PyMem_Free(self->strings);
    PyMem_Free(self->letters);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int
stands_at(const Finder *self, const String *string, const Text *text, Py_ssize_t i)
{
    if (i + string->length > text->length) return 0;
    for (Py_ssize_t j = 0; j < string->length; j++) {
        if (self->letters[string->start + j] != at(text, i + j)) return 0;
    }
    return 1;
}

/* Note a place, and where its sentence ends, for the group of each string of a bucket that stands there, once. */
static int
note(const Finder *self, int32_t number, const Text *text, Py_ssize_t i, Py_ssize_t end, PyObject *found)
{
    for (; number >= 0; number = self->strings[number].next) {
        const String *string = &self->strings[number];
        if (!stands_at(self, string, text, i)) continue;
        PyObject *list = PyList_GET_ITEM(found, string->group);
        Py_ssize_t count = PyList_GET_SIZE(list);
        if (count && PyLong_AsSsize_t(PyTuple_GET_ITEM(PyList_GET_ITEM(list, count - 1), 0)) == i) continue;
        PyObject *place = Py_BuildValue("(nn)", i, end);
        if (!place) return -1;
        int failed = PyList_Append(list, place);
        Py_DECREF(place);
        if (failed) return -1;
    }
    return 0;
}

/* The lists that are not empty, each with its number; the list of all is given up. */
static PyObject *
without_empty(PyObject *lists)
{
    PyObject *kept = PyList_New(0);
    for (Py_ssize_t group = 0; kept && group < PyList_GET_SIZE(lists); group++) {
        PyObject *places = PyList_GET_ITEM(lists, group);
        if (!PyList_GET_SIZE(places)) continue;
        PyObject *row = Py_BuildValue("(nO)", group, places);
        if (!row || PyList_Append(kept, row) < 0) Py_CLEAR(kept);
        Py_XDECREF(row);
    }
    Py_DECREF(lists);
    return kept;
}

static PyObject *
Finder_find(Finder *self, PyObject *args)
{
    PyObject *source;
    Py_buffer view;
    if (!PyArg_ParseTuple(args, "Uy*", &source, &view)) return NULL;
    Text text = text_of(source);
    const int64_t *spans = view.buf;
    Py_ssize_t sentences = view.len / (Py_ssize_t)(2 * sizeof(int64_t));
    PyObject *found = PyList_New(self->groups);
    for (Py_ssize_t group = 0; found && group < self->groups; group++) {
        PyObject *list = PyList_New(0);
        if (!list) Py_CLEAR(found);
        else PyList_SET_ITEM(found, group, list);
    }
    for (Py_ssize_t sentence = 0; found && sentence < sentences; sentence++) {
        Py_ssize_t end = spans[2 * sentence + 1];
        for (Py_ssize_t i = spans[2 * sentence]; found && i >= 0 && i < end && i < text.length; i++) {
            if (i > 0 && in_word(at(&text, i - 1))) continue;
            Py_UCS4 c = at(&text, i);
            int32_t one = self->buckets[bucket_of(c, 0)];
            int32_t two = i + 1 < text.length ? self->buckets[bucket_of(c, at(&text, i + 1))] : -1;
            if (one >= 0 && note(self, one, &text, i, end, found) < 0) Py_CLEAR(found);
            if (found && two >= 0 && two != one && note(self, two, &text, i, end, found) < 0) Py_CLEAR(found);
        }
    }
    PyBuffer_Release(&view);
    return found ? without_empty(found) : NULL;
}

static PyMethodDef Finder_methods[] = {
    {"find", (PyCFunction)Finder_find, METH_VARARGS, "find(text, spans): the groups with whose strings words begin, by number, with the places."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject FinderType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "service._kernel.Finder",
    .tp_doc = "Finds where strings stand in the sentences of a text.",
    .tp_basicsize = sizeof(Finder),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)Finder_init,
    .tp_dealloc = (destructor)Finder_dealloc,
    .tp_methods = Finder_methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "service._kernel",
    .m_doc = "The compiled kernel; see service/sentences.py.",
    .m_size = -1,
};

PyMODINIT_FUNC
PyInit__kernel(void)
{
    fill_kinds();
    if (PyType_Ready(&ScorerType) < 0 || PyType_Ready(&FinderType) < 0) return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Scorer", (PyObject *)&ScorerType) < 0) Py_CLEAR(made);
    if (made && PyModule_AddObjectRef(made, "Finder", (PyObject *)&FinderType) < 0) Py_CLEAR(made);
    return made;
}
