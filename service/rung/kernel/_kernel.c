/* The compiled kernel: sentences and their scores in one pass over a text, what these add up to, and the patterns that match in it.
 *
 * It is optional. tokens.py, finders.py, sentences.py and document.py of service/rung/text compute the same in Python and
 * numpy; tests hold the two equal, and Python serves where this was not built. Letters, digits and blanks are those of Python's `re`
 * for all of Unicode, and nothing is capped.
 *
 *   Scorer(terms, words, idf, weights, intercepts)
 *     terms: "word" or "word word"; words: how many different words these hold, at most; idf, intercepts: buffers of float64;
 *     weights: of float32, row by row
 *     .read(text, limit)  -> (count, starts and ends, scores): bytes of int64 pairs, bytes of float64 rows
 *     .score(text)        -> scores of the whole text as one sentence: bytes of float64
 *   Words(base, width, sets, code, entries, starting, lists): patterns over words, see rung/text/patterns.py
 *     .find(letters, group, start, end) -> their matches by place: [(pattern, start, end, (captured from, to)), …]
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { REVISION = 15 }; /* raised when what Python calls here changes; rung/kernel/__init__.py ignores a library of another one */

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

/* Whether an object was made whole: `__new__` alone makes an empty one. */
static int
made(const void *last)
{
    if (!last) PyErr_SetString(PyExc_TypeError, "this object was not made by calling its class");
    return last != NULL;
}

/* What a character may be, looked up for Latin-1 and asked of Unicode beyond. */
enum { WORD = 1, BLANK = 2, STOP = 4, BREAK = 8, DASH = 16, DIGIT = 32, MARK = 64, END = STOP | BREAK | DASH };
static unsigned char kinds[256];

static void
fill_kinds(void)
{
    for (Py_UCS4 c = 0; c < 256; c++) {
        kinds[c] = (unsigned char)((Py_UNICODE_ISALNUM(c) || c == '_' ? WORD : 0) | (Py_UNICODE_ISSPACE(c) ? BLANK : 0) |
                                   (Py_UNICODE_ISDECIMAL(c) ? DIGIT : 0));
    }
    for (const char *c = ".!?;"; *c; c++) kinds[(unsigned char)*c] |= STOP;
    for (const char *c = "\n\r|"; *c; c++) kinds[(unsigned char)*c] |= BREAK;
    for (const char *c = "-*"; *c; c++) kinds[(unsigned char)*c] |= DASH;
    for (const char *c = ":;,()/+&%"; *c; c++) kinds[(unsigned char)*c] |= MARK;
    kinds[0xB7] |= BREAK; /* middle dot */
}

static int
kind_beyond(Py_UCS4 c)
{
    switch (c) {
    case 0x2022: case 0x25CF: case 0x25AA: case 0x25E6: case 0x25A0: case 0x2026: return BREAK;
    case 0x2013: case 0x2014: return DASH | MARK;
    }
    return (Py_UNICODE_ISALNUM(c) ? WORD : 0) | (Py_UNICODE_ISSPACE(c) ? BLANK : 0) | (Py_UNICODE_ISDECIMAL(c) ? DIGIT : 0);
}

static inline int
kind_of(Py_UCS4 c)
{
    return c < 256 ? kinds[c] : kind_beyond(c);
}

/* Where a run of characters of some kinds ends that begins at a place. */
static inline Py_ssize_t
run_end(const Text *text, Py_ssize_t i, int wanted)
{
    while (i < text->length && (kind_of(at(text, i)) & wanted)) i++;
    return i;
}

static inline int
kind_at(const Text *text, Py_ssize_t i)
{
    return i >= 0 && i < text->length ? kind_of(at(text, i)) : 0;
}

/* Whether a letter or digit; unlike WORD, the low line is none. */
static int
in_word(Py_UCS4 c)
{
    return c != '_' && (kind_of(c) & WORD);
}

/* --- words and pairs of words -> rows, by open addressing; sizes are powers of two, at most half full */

enum { LINE = 64, SHORT = 15 };

typedef struct {
    uint32_t hash;
    int32_t length; /* 0: an empty place */
    int32_t id;
    int32_t row;    /* of the word itself; -1: only pairs have it */
    union {
        unsigned char near[SHORT + 1]; /* the letters of a short word of Latin-1, and 1 at the end: most are found in one place */
        int32_t start;                 /* of another word, among all letters */
    } at;
} Word;

typedef struct {
    uint64_t key; /* first id << 32 | second id, and 1 added so that 0 is an empty place */
    int32_t row;
} Pair;

/* What is known of a word or pair, in one place, since the time goes into waiting for it: so the weights are in single precision. */
typedef struct {
    double idf;
    int32_t count; /* in the sentence that is read; nought between sentences */
    float weights[];
} Row;

typedef struct {
    PyObject_HEAD
    Word *words;
    Pair *pairs;
    Py_UCS4 *letters;
    double *intercepts;
    char *whole, *rows; /* as it was allocated, and from where a line of memory begins */
    uint64_t word_mask, pair_mask;
    int32_t word_count;
    Py_ssize_t letter_count, count, stride, columns; /* of rows: how many, and bytes from one to the next */
} Scorer;

static inline Row *
row_at(const Scorer *self, int32_t row)
{
    return (Row *)(self->rows + (Py_ssize_t)row * self->stride);
}

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

/* Whether a word may stand in its own place. */
static int
is_short(const Text *text, Py_ssize_t start, Py_ssize_t length)
{
    for (Py_ssize_t i = 0; i < length && length <= SHORT; i++) {
        if (at(text, start + i) > 255) return 0;
    }
    return length <= SHORT;
}

static int
is_word_at(const Scorer *self, const Word *word, const Text *text, Py_ssize_t start)
{
    Py_ssize_t i = 0, length = word->length;
    if (word->at.near[SHORT]) {
        while (i < length && word->at.near[i] == at(text, start + i)) i++;
    } else {
        while (i < length && self->letters[word->at.start + i] == at(text, start + i)) i++;
    }
    return i == length;
}

static Word *
find_word(const Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t length, uint64_t hash)
{
    for (uint64_t place = mixed(hash) & self->word_mask;; place = (place + 1) & self->word_mask) {
        Word *word = &self->words[place];
        if (!word->length) return word;
        if (word->hash == (uint32_t)hash && word->length == length && is_word_at(self, word, text, start)) return word;
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
        word->hash = (uint32_t)hash;
        word->length = (int32_t)(end - start);
        word->id = self->word_count++;
        word->row = -1;
        int near = word->at.near[SHORT] = is_short(text, start, end - start);
        if (!near) word->at.start = (int32_t)self->letter_count;
        for (Py_ssize_t i = start; i < end; i++) {
            if (near) word->at.near[i - start] = (unsigned char)at(text, i);
            else self->letters[self->letter_count++] = at(text, i);
        }
    }
    if (row >= 0) word->row = row;
    return word->id;
}

/* A copy of a buffer of so many bytes. */
static void *
copied(PyObject *source, Py_ssize_t size, const char *name)
{
    Py_buffer view;
    if (PyObject_GetBuffer(source, &view, PyBUF_C_CONTIGUOUS) < 0) return NULL;
    void *copy = NULL;
    if (view.len != size) {
        PyErr_Format(PyExc_ValueError, "%s must have %zd bytes, not %zd", name, size, view.len);
    } else if ((copy = PyMem_Malloc(size ? size : 1)) == NULL) {
        PyErr_NoMemory();
    } else {
        memcpy(copy, view.buf, size);
    }
    PyBuffer_Release(&view);
    return copy;
}

/* Put what is known of each word and pair side by side; -1 with an error. */
static int
fill_rows(Scorer *self, PyObject *idf, PyObject *weights)
{
    Py_ssize_t width = self->columns * (Py_ssize_t)sizeof(float);
    double *each = copied(idf, self->count * (Py_ssize_t)sizeof(double), "idf");
    char *all = each ? copied(weights, self->count * width, "weights") : NULL;
    if (all && !(self->whole = PyMem_Calloc(self->count * self->stride + LINE, 1))) PyErr_NoMemory();
    if (self->whole) {
        self->rows = self->whole + (LINE - (uintptr_t)self->whole % LINE);
        for (Py_ssize_t row = 0; row < self->count; row++) {
            row_at(self, (int32_t)row)->idf = each[row];
            memcpy(row_at(self, (int32_t)row)->weights, all + row * width, width);
        }
    }
    PyMem_Free(each);
    PyMem_Free(all);
    return self->whole ? 0 : -1;
}

static uint64_t
room(Py_ssize_t count)
{
    uint64_t size = 16;
    while (size < 2 * (uint64_t)count + 4) size *= 2; /* one term more than allowed still finds an empty place */
    return size;
}

static int
Scorer_init(Scorer *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *terms, *idf, *weights, *intercepts;
    Py_ssize_t words;
    if (!PyArg_ParseTuple(args, "O!nOOO", &PyList_Type, &terms, &words, &idf, &weights, &intercepts)) return -1;
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
    self->count = rows;
    self->columns = columns;
    self->stride = ((Py_ssize_t)(offsetof(Row, weights) + columns * sizeof(float)) + LINE - 1) / LINE * LINE;
    self->word_mask = room(words) - 1;
    self->pair_mask = room(rows) - 1;
    self->words = PyMem_Calloc(self->word_mask + 1, sizeof(Word));
    self->pairs = PyMem_Calloc(self->pair_mask + 1, sizeof(Pair));
    self->letters = PyMem_Calloc(letters ? letters : 1, sizeof(Py_UCS4));
    if (!self->words || !self->pairs || !self->letters) {
        PyErr_NoMemory();
        return -1;
    }
    if (fill_rows(self, idf, weights) < 0) return -1;
    if (!(self->intercepts = copied(intercepts, columns * (Py_ssize_t)sizeof(double), "intercepts"))) return -1;
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
        if (self->word_count > words) {
            PyErr_Format(PyExc_ValueError, "the terms hold more than %zd words", words);
            return -1;
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
    PyMem_Free(self->whole);
    PyMem_Free(self->intercepts);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* --- one reading of a text */

typedef struct {
    Row **seen; /* the rows of this sentence: no more than it has letters */
    Py_ssize_t seen_count;
    int64_t *spans;
    double *scores;
    Py_ssize_t count, space;
} Reading;

static void
count_row(const Scorer *self, Reading *reading, int32_t number)
{
    if (number < 0) return;
    Row *row = row_at(self, number);
    if (row->count++) return;
    reading->seen[reading->seen_count++] = row;
    __builtin_prefetch((char *)row + LINE);
}

/* The weight of a count; nearly all are one. */
static inline double
sublinear(int32_t count)
{
    return count == 1 ? 1.0 : 1.0 + log((double)count);
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
            count_row(self, reading, word->row);
            if (before >= 0) {
                const Pair *pair = find_pair(self, before, id);
                if (pair->key) count_row(self, reading, pair->row);
            }
        }
        before = id;
    }
    memcpy(out, self->intercepts, self->columns * sizeof(double));
    double norm = 0.0;
    for (Py_ssize_t i = 0; i < reading->seen_count; i++) {
        double value = sublinear(reading->seen[i]->count) * reading->seen[i]->idf;
        norm += value * value;
    }
    norm = sqrt(norm);
    for (Py_ssize_t i = 0; i < reading->seen_count; i++) {
        Row *row = reading->seen[i];
        double value = sublinear(row->count) * row->idf / norm;
        for (Py_ssize_t column = 0; column < self->columns; column++) out[column] += value * row->weights[column];
        row->count = 0;
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
        int64_t *spans = PyMem_Realloc(reading->spans, 2 * space * sizeof(int64_t));
        if (spans) reading->spans = spans;
        double *scores = PyMem_Realloc(reading->scores, space * (self->columns ? self->columns : 1) * sizeof(double));
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

/* A run of stops or breaks is passed over whole, whether it ends a sentence or not, so that the time is linear in the text. */
static int
read_text(const Scorer *self, Reading *reading, const Text *text, Py_ssize_t limit)
{
    Py_ssize_t start = 0;
    for (Py_ssize_t i = 0, next; i < text->length; i = next) {
        int kind = kind_of(at(text, i)), same = kind & (STOP | BREAK);
        next = same ? run_end(text, i, same) : i + 1;
        int ends = same ? same == BREAK || (kind_at(text, next) & BLANK)
                        : (kind & DASH) && (kind_at(text, i - 1) & kind_at(text, i + 1) & BLANK);
        if (!ends) continue;
        if (append(self, reading, text, start, next) < 0) return -1;
        start = next;
        if (reading->count >= limit) return 0;
    }
    return append(self, reading, text, start, text->length);
}

static int
open_reading(Reading *reading, const Text *text)
{
    memset(reading, 0, sizeof *reading);
    reading->seen = PyMem_Malloc((text->length + 1) * sizeof(Row *));
    return reading->seen ? 0 : -1;
}

static void
close_reading(Reading *reading)
{
    PyMem_Free(reading->seen);
    PyMem_Free(reading->spans);
    PyMem_Free(reading->scores);
}

static PyObject *
Scorer_read(Scorer *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t limit;
    if (!made(self->intercepts) || !PyArg_ParseTuple(args, "Un", &source, &limit)) return NULL;
    Text text = text_of(source);
    Reading reading;
    int failed = open_reading(&reading, &text) < 0 || read_text(self, &reading, &text, limit) < 0;
    PyObject *found = failed ? PyErr_NoMemory()
                             : Py_BuildValue("ny#y#", reading.count, reading.spans ? (char *)reading.spans : "",
                                             reading.count * (Py_ssize_t)(2 * sizeof(int64_t)),
                                             reading.scores ? (char *)reading.scores : "",
                                             reading.count * self->columns * (Py_ssize_t)sizeof(double));
    close_reading(&reading);
    return found;
}

static PyObject *
Scorer_score(Scorer *self, PyObject *source)
{
    if (!made(self->intercepts)) return NULL;
    if (!PyUnicode_Check(source)) {
        PyErr_SetString(PyExc_TypeError, "score takes a text");
        return NULL;
    }
    Text text = text_of(source);
    PyObject *found = PyBytes_FromStringAndSize(NULL, self->columns * (Py_ssize_t)sizeof(double));
    if (!found) return NULL;
    double *out = (double *)PyBytes_AS_STRING(found);
    Reading reading;
    int failed = open_reading(&reading, &text) < 0;
    if (!failed) score_sentence(self, &reading, &text, 0, text.length, out);
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
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "rung.kernel._kernel.Scorer",
    .tp_doc = "Cuts a text into sentences and scores each.",
    .tp_basicsize = sizeof(Scorer),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)Scorer_init,
    .tp_dealloc = (destructor)Scorer_dealloc,
    .tp_methods = Scorer_methods,
};

/* --- what the sentences of a text come to, from their scores */

enum { TOP = 4 };

/* The greatest of some values, in falling order. */
typedef struct {
    double values[TOP];
    int count;
} Top;

static void
keep(Top *top, double value)
{
    int i = top->count < TOP ? top->count++ : TOP;
    if (i == TOP) {
        if (value <= top->values[TOP - 1]) return;
        i = TOP - 1;
    }
    for (; i > 0 && top->values[i - 1] < value; i--) top->values[i] = top->values[i - 1];
    top->values[i] = value;
}

/* The mean of the first few. */
static double
mean_of(const Top *top, int most)
{
    int count = top->count < most ? top->count : most;
    double sum = 0.0;
    for (int i = 0; i < count; i++) sum += top->values[i];
    return count ? sum / count : 0.0;
}

static void
softmax(const double *scores, Py_ssize_t count, double *out)
{
    double most = scores[0], sum = 0.0;
    for (Py_ssize_t i = 1; i < count; i++) most = scores[i] > most ? scores[i] : most;
    for (Py_ssize_t i = 0; i < count; i++) sum += out[i] = exp(scores[i] - most);
    for (Py_ssize_t i = 0; i < count; i++) out[i] /= sum;
}

/* How many features the sentences have: so many and one a threshold. */
enum { FEATURES = 14 };

/* The features of the cues behind those of the sentences; returns how many, or -1 with an error. */
static Py_ssize_t
cue_features(PyObject *counted, const char *numbers, Py_ssize_t cues, double largest, double unit, double *out)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < cues; i++) {
        double value = PyFloat_AsDouble(PyList_GET_ITEM(counted, i));
        if (value == -1.0 && PyErr_Occurred()) return -1;
        if (numbers[i]) {
            out[count++] = (value < largest ? value : largest) / unit;
            out[count++] = value == 0.0;
        } else {
            value = log1p(value);
            out[count++] = value < 1.0 ? value : 1.0;
        }
    }
    return count;
}

/* The log-odds of the levels against what is usual, from the scores of their thresholds. */
static PyObject *
levels_from(const double *scores, Py_ssize_t thresholds, const double *usual)
{
    PyObject *levels = PyTuple_New(thresholds + 1);
    double above = 1.0;
    for (Py_ssize_t i = 0; levels && i <= thresholds; i++) {
        double behind = i < thresholds ? 1.0 / (1.0 + exp(-scores[i])) : 0.0;
        if (behind > above) behind = above;
        double share = above - behind;
        share = share < 1e-3 ? 1e-3 : share > 1.0 ? 1.0 : share;
        PyObject *level = PyFloat_FromDouble(log(share / usual[i]));
        if (level) PyTuple_SET_ITEM(levels, i, level);
        else Py_CLEAR(levels);
        above = behind;
    }
    return levels;
}

/* assess(scores, counted, (families, graded, not_duty, thresholds),
 *        (least_share, spare, least_weight, counts, sure, largest, unit), numbers, slopes, offset, usual)
 *
 * -> (figures, families, nearest, amount, manages, levels, manager, family), as in rung.text.document: Assessment, its sentences as two
 * buffers of bytes. `numbers` has a byte for each cue, whether it is a number. */
static PyObject *
assess(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer view, kinds_of_cues, slopes, offset, usual;
    PyObject *counted;
    Py_ssize_t families, graded, not_duty, thresholds;
    double least_share, half, least_weight, counts, sure, largest, unit;
    if (!PyArg_ParseTuple(args, "y*O!(nnnn)(ddddddd)y*y*y*y*", &view, &PyList_Type, &counted, &families, &graded, &not_duty, &thresholds,
                          &least_share, &half, &least_weight, &counts, &sure, &largest, &unit, &kinds_of_cues, &slopes, &offset,
                          &usual)) {
        return NULL;
    }
    Py_ssize_t columns = families + thresholds + 3, cues = PyList_GET_SIZE(counted), outputs = thresholds + 2;
    Py_ssize_t row = columns > 0 ? columns * (Py_ssize_t)sizeof(double) : 1, n = view.len / row;
    int fit = families >= 3 && thresholds >= 1 && n >= 1 && view.len == n * row && graded >= 0 && graded < families && not_duty >= 0 &&
              not_duty < families && kinds_of_cues.len == cues && offset.len == outputs * (Py_ssize_t)sizeof(double) &&
              usual.len == offset.len + (Py_ssize_t)sizeof(double) && slopes.len % offset.len == 0;
    PyObject *readings = NULL, *family = NULL, *levels_found = NULL, *found = NULL;
    double *room = NULL;
    if (!fit) {
        PyErr_SetString(PyExc_ValueError, "these are no scores of sentences, or they are not of this model");
        goto done;
    }
    readings = PyBytes_FromStringAndSize(NULL, 4 * n * (Py_ssize_t)sizeof(double));
    family = PyBytes_FromStringAndSize(NULL, n * (Py_ssize_t)sizeof(int64_t));
    room = PyMem_Calloc(3 * families + thresholds + FEATURES + thresholds + 2 * cues + outputs, sizeof(double));
    if (!readings || !family || !room) {
        PyErr_NoMemory();
        goto done;
    }
    double *duty = (double *)PyBytes_AS_STRING(readings), *own = duty + n, *manages = own + n, *level = manages + n;
    int64_t *likeliest = (int64_t *)PyBytes_AS_STRING(family);
    double *shares = room, *totals = shares + families, *means = totals + families, *levels = means + families;
    double *features = levels + thresholds, *sums = features + FEATURES + thresholds + 2 * cues;
    double duties = 0.0, owns = 0.0, odds = 0.0, managed = 0.0, weights = 0.0, first = 0.0, people[3];
    Top most_own = {.count = 0}, most_managing = most_own, highest = most_own, lowest = most_own;
    for (Py_ssize_t i = 0; i < n; i++) {
        const double *scores = (const double *)view.buf + i * columns;
        softmax(scores, families, shares);
        softmax(scores + families + thresholds, 3, people);
        duty[i] = 1.0 - shares[not_duty];
        own[i] = shares[graded];
        manages[i] = people[1];
        double beside = 0.0, rest = 1.0 - own[i] - shares[not_duty], weight = duty[i] * own[i] + least_weight;
        likeliest[i] = 0;
        for (Py_ssize_t f = 0; f < families; f++) {
            if (shares[f] > shares[likeliest[i]]) likeliest[i] = f;
            if (f != graded && f != not_duty && shares[f] > beside) beside = shares[f];
            totals[f] += shares[f];
            means[f] += scores[f] * duty[i];
        }
        level[i] = 0.0;
        for (Py_ssize_t t = 0; t < thresholds; t++) {
            level[i] += scores[families + t] / thresholds;
            levels[t] += scores[families + t] * weight;
        }
        duties += duty[i];
        owns += own[i];
        odds += log((own[i] + least_share) / ((rest > 0.0 ? rest : 0.0) + least_share)) * duty[i];
        first += own[i] > beside && duty[i] > sure;
        weights += weight;
        managed += people[1] * duty[i];
        keep(&most_own, own[i]);
        keep(&most_managing, people[1] * duty[i]);
        if (weight > counts) {
            keep(&highest, level[i]);
            keep(&lowest, -level[i]);
        }
    }
    Py_ssize_t nearest = -1;
    double whole = duties + half, margin = 0.0, best = -HUGE_VAL;
    for (Py_ssize_t f = 0; f < families; f++) {
        if (f == graded || f == not_duty) continue;
        if (nearest < 0 || totals[f] > totals[nearest]) nearest = f;
        margin += exp(means[f] / whole);
        best = means[f] > best ? means[f] : best;
    }
    double mean = 0.0;
    for (Py_ssize_t t = 0; t < thresholds; t++) mean += (levels[t] /= weights) / thresholds;
    double before[] = {odds / whole, owns / whole, mean_of(&most_own, 3), totals[nearest] / whole,
                       means[graded] / whole - log(margin), (means[graded] - best) / whole, first / whole};
    double behind[] = {mean_of(&highest, 3), -mean_of(&lowest, 3), mean,
                       mean_of(&most_managing, 1), mean_of(&most_managing, 2), mean_of(&most_managing, 4), managed / whole};
    memcpy(features, before, sizeof before);
    memcpy(features + 7, levels, thresholds * sizeof(double));
    memcpy(features + 7 + thresholds, behind, sizeof behind);
    Py_ssize_t more = cue_features(counted, kinds_of_cues.buf, cues, largest, unit, features + FEATURES + thresholds);
    if (more < 0) goto done;
    if (slopes.len != (FEATURES + thresholds + more) * offset.len) {
        PyErr_SetString(PyExc_ValueError, "the model is of other features");
        goto done;
    }
    memcpy(sums, offset.buf, offset.len);
    for (Py_ssize_t i = 0; i < FEATURES + thresholds + more; i++) {
        const double *slope = (const double *)slopes.buf + i * outputs;
        for (Py_ssize_t output = 0; output < outputs; output++) sums[output] += features[i] * slope[output];
    }
    const double *is_usual = usual.buf;
    if (!(levels_found = levels_from(sums, thresholds, is_usual))) goto done;
    found = Py_BuildValue("(OOnddOdd)", readings, family, nearest, duties, mean_of(&most_managing, 1), levels_found,
                          sums[thresholds] - is_usual[thresholds + 1], sums[thresholds + 1] - is_usual[thresholds + 2]);
done:
    PyMem_Free(room);
    Py_XDECREF(readings);
    Py_XDECREF(family);
    Py_XDECREF(levels_found);
    PyBuffer_Release(&view);
    PyBuffer_Release(&kinds_of_cues);
    PyBuffer_Release(&slopes);
    PyBuffer_Release(&offset);
    PyBuffer_Release(&usual);
    return found;
}

/* --- tokens: rung/text/tokens.py says what they are */

static inline int
letter_at(const Text *text, Py_ssize_t i)
{
    return i < text->length && in_word(at(text, i));
}

/* Where the short forms of English end that stand at a place: 'll, 're, 've, 'd, 's, 't, 'm. */
static Py_ssize_t
short_forms_end(const Text *text, Py_ssize_t i)
{
    while (i + 1 < text->length && (at(text, i) == '\'' || at(text, i) == 0x2019)) {
        Py_UCS4 first = at(text, i + 1), second = i + 2 < text->length ? at(text, i + 2) : 0;
        int two = (first == 'l' && second == 'l') || ((first == 'r' || first == 'v') && second == 'e');
        if (!two && (first > 127 || !strchr("dstm", (int)first))) break;
        if (letter_at(text, i + 2 + two)) break;
        i += 2 + two;
    }
    return i;
}

/* Where the token ends that begins at a place; the place itself where none does. */
static Py_ssize_t
token_end(const Text *text, Py_ssize_t i)
{
    Py_UCS4 c = at(text, i);
    int kind = kind_of(c);
    if (kind & DIGIT) {
        i = run_end(text, i, DIGIT);
        while ((kind_at(text, i + 1) & DIGIT) && (at(text, i) == '.' || at(text, i) == ',')) i = run_end(text, i + 1, DIGIT);
        while (letter_at(text, i) && !(kind_at(text, i) & DIGIT)) i++;
        return i;
    }
    if (in_word(c)) {
        while (letter_at(text, i)) i++;
        return short_forms_end(text, i);
    }
    if (kind & BREAK) return run_end(text, i, BREAK);
    if (kind & MARK) return i + 1;
    if (kind & STOP) {
        int closed = i + 1 == text->length || (kind_at(text, i + 1) & BLANK);
        Py_UCS4 next = closed ? ' ' : at(text, i + 1);
        return closed || next == 0x201D || (next < 128 && strchr(".!?\")]*<", (int)next)) ? i + 1 : i;
    }
    if (c == '-' && (kind_at(text, i - 1) & (BLANK | DIGIT))) {
        Py_ssize_t end = i + 1;
        while (end < text->length && at(text, end) == '-') end++;
        return kind_at(text, end) & (BLANK | DIGIT) ? end : i;
    }
    return i;
}

/* tokens(text, letters) -> (one letter a token, starts and ends of the tokens as int32); `letters` maps a token to its letter. */
static PyObject *
tokens(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *source, *known, *found = NULL;
    if (!PyArg_ParseTuple(args, "UO", &source, &known)) return NULL;
    Text text = text_of(source);
    if (text.length > INT32_MAX) return PyErr_Format(PyExc_ValueError, "the text is too long");
    Py_ssize_t count = 0;
    Py_UCS4 *letters = PyMem_Malloc((text.length + 1) * sizeof(Py_UCS4));
    int32_t *spans = PyMem_Malloc((text.length + 1) * 2 * sizeof(int32_t));
    if (!letters || !spans) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < text.length;) {
        Py_ssize_t end = token_end(&text, i);
        if (end == i) {
            i++;
            continue;
        }
        PyObject *word = PyUnicode_Substring(source, i, end), *letter = word ? PyObject_GetItem(known, word) : NULL;
        Py_XDECREF(word);
        int one = letter && PyUnicode_Check(letter) && PyUnicode_GET_LENGTH(letter) == 1;
        if (one) letters[count] = PyUnicode_READ_CHAR(letter, 0);
        else if (letter) PyErr_SetString(PyExc_TypeError, "a token must have one letter");
        Py_XDECREF(letter);
        if (!one) goto done;
        spans[2 * count] = (int32_t)i;
        spans[2 * count + 1] = (int32_t)end;
        count++;
        i = end;
    }
    found = Py_BuildValue("(Ny#)", PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, letters, count), (const char *)spans,
                          count * (Py_ssize_t)(2 * sizeof(int32_t)));
done:
    PyMem_Free(letters);
    PyMem_Free(spans);
    return found;
}

/* Patterns over words: a text is one letter a word, a pattern a program that tries its ways in order of preference.
 * rung/text/patterns.py makes the programs; nothing in them repeats, so each match ends.
 */
enum { IN, FORK, GO, OPEN, CLOSE, DONE, STEPS };

typedef struct {
    PyObject_HEAD
    Py_ssize_t width, groups, patterns;
    Py_UCS4 base;
    PyObject *parts[5]; /* bytes: sets, code, entries, starting, lists */
    const unsigned char *sets;
    const int32_t *code, *entries, *starting, *lists;
} Words;

typedef struct {
    Py_ssize_t end, open, close;
} Way;

/* Whether a program matches from a letter on; `way` says to where, and what is captured. */
static int
words_match(const Words *self, const Text *text, Py_ssize_t end, int32_t pc, Py_ssize_t i, Way *way)
{
    for (;;) {
        int32_t op = self->code[2 * pc], operand = self->code[2 * pc + 1];
        if (op == IN) {
            if (i >= end) return 0;
            Py_UCS4 letter = at(text, i++) - self->base;
            if (letter >= (Py_UCS4)self->width) return 0;
            if (!(self->sets[operand * ((self->width + 7) / 8) + letter / 8] >> (letter % 8) & 1)) return 0;
            pc++;
        } else if (op == FORK) {
            Way saved = *way;
            if (words_match(self, text, end, pc + 1, i, way)) return 1;
            *way = saved;
            pc = operand;
        } else if (op == GO) {
            pc = operand;
        } else if (op == OPEN) {
            way->open = i;
            pc++;
        } else if (op == CLOSE) {
            way->close = i;
            pc++;
        } else {
            way->end = i;
            return 1;
        }
    }
}

static int
words_fit(const Words *self)
{
    Py_ssize_t steps = PyBytes_GET_SIZE(self->parts[1]) / 8, sets = PyBytes_GET_SIZE(self->parts[0]) / ((self->width + 7) / 8);
    Py_ssize_t slots = PyBytes_GET_SIZE(self->parts[3]) / 4, listed = PyBytes_GET_SIZE(self->parts[4]) / 4;
    if (slots < 1 || (slots - 1) % self->width || steps < 1 || self->code[2 * steps - 2] != DONE) return 0;
    for (Py_ssize_t step = 0; step < steps; step++) {
        int32_t op = self->code[2 * step], operand = self->code[2 * step + 1];
        if (op < 0 || op >= STEPS || operand < 0) return 0;
        if (op == IN ? operand >= sets : (op == FORK || op == GO) && (operand <= step || operand >= steps)) return 0;
    }
    for (Py_ssize_t i = 0; i < self->patterns; i++)
        if (self->entries[i] < 0 || self->entries[i] >= steps) return 0;
    for (Py_ssize_t i = 0; i < slots; i++)
        if (self->starting[i] < (i ? self->starting[i - 1] : 0) || self->starting[i] > listed) return 0;
    for (Py_ssize_t i = 0; i < listed; i++)
        if (self->lists[i] < 0 || self->lists[i] >= self->patterns) return 0;
    return 1;
}

static int
Words_init(Words *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *parts[5];
    int base;
    Py_ssize_t width;
    if (!PyArg_ParseTuple(args, "inSSSSS", &base, &width, &parts[0], &parts[1], &parts[2], &parts[3], &parts[4])) return -1;
    if (self->lists) {
        PyErr_SetString(PyExc_TypeError, "a Words is made once");
        return -1;
    }
    for (int part = 0; part < 5; part++) self->parts[part] = Py_NewRef(parts[part]);
    self->base = (Py_UCS4)base;
    self->width = width;
    self->sets = (const unsigned char *)PyBytes_AS_STRING(parts[0]);
    self->code = (const int32_t *)PyBytes_AS_STRING(parts[1]);
    self->entries = (const int32_t *)PyBytes_AS_STRING(parts[2]);
    self->starting = (const int32_t *)PyBytes_AS_STRING(parts[3]);
    self->patterns = PyBytes_GET_SIZE(parts[2]) / 4;
    self->lists = (const int32_t *)PyBytes_AS_STRING(parts[4]);
    if (width < 1 || !words_fit(self)) {
        self->lists = NULL;
        PyErr_SetString(PyExc_ValueError, "these are no programs of patterns over words");
        return -1;
    }
    self->groups = (PyBytes_GET_SIZE(parts[3]) / 4 - 1) / width;
    return 0;
}

static void
Words_dealloc(Words *self)
{
    for (int part = 0; part < 5; part++) Py_XDECREF(self->parts[part]);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int
words_append(PyObject *found, int32_t pattern, Py_ssize_t start, const Way *way)
{
    int whole = way->open >= 0 && way->close >= 0;
    PyObject *place = Py_BuildValue("(inn(nn))", pattern, start, way->end, whole ? way->open : -1, whole ? way->close : -1);
    int failed = !place || PyList_Append(found, place) < 0;
    Py_XDECREF(place);
    return failed ? -1 : 0;
}

static PyObject *
Words_find(Words *self, PyObject *args)
{
    PyObject *letters;
    Py_ssize_t group, start, end;
    if (!made(self->lists) || !PyArg_ParseTuple(args, "Unnn", &letters, &group, &start, &end)) return NULL;
    Text text = text_of(letters);
    if (group < 0 || group >= self->groups || start < 0) return PyErr_Format(PyExc_ValueError, "there is no such group or place");
    if (end > text.length) end = text.length;
    Py_ssize_t *behind = PyMem_Calloc(self->patterns + 1, sizeof(Py_ssize_t));
    PyObject *found = behind ? PyList_New(0) : PyErr_NoMemory();
    for (Py_ssize_t i = start; found && i < end; i++) {
        Py_UCS4 letter = at(&text, i) - self->base;
        if (letter >= (Py_UCS4)self->width) continue;
        const int32_t *slot = &self->starting[group * self->width + letter];
        for (int32_t k = slot[0]; found && k < slot[1]; k++) {
            int32_t pattern = self->lists[k];
            Way way = {-1, -1, -1};
            if (i < behind[pattern] || !words_match(self, &text, end, self->entries[pattern], i, &way)) continue;
            behind[pattern] = way.end;
            if (words_append(found, pattern, i, &way) < 0) Py_CLEAR(found);
        }
    }
    PyMem_Free(behind);
    return found;
}

static PyMethodDef Words_methods[] = {
    {"find", (PyCFunction)Words_find, METH_VARARGS, "find(letters, group, start, end): the matches: (pattern, start, end, captured)."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject WordsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "rung.kernel._kernel.Words",
    .tp_doc = "Finds where patterns over words match in a text of one letter a word.",
    .tp_basicsize = sizeof(Words),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)Words_init,
    .tp_dealloc = (destructor)Words_dealloc,
    .tp_methods = Words_methods,
};

static PyMethodDef functions[] = {
    {"assess", assess, METH_VARARGS, "What a text comes to, from the scores of its sentences and its cues."},
    {"tokens", tokens, METH_VARARGS, "The tokens of a text."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "rung.kernel._kernel",
    .m_doc = "The compiled kernel; see service/rung/text/sentences.py.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit__kernel(void)
{
    fill_kinds();
    if (PyType_Ready(&ScorerType) < 0 || PyType_Ready(&WordsType) < 0) return NULL;
    PyObject *kernel = PyModule_Create(&module);
    if (kernel && PyModule_AddIntConstant(kernel, "REVISION", REVISION) < 0) Py_CLEAR(kernel);
    if (kernel && PyModule_AddObjectRef(kernel, "Scorer", (PyObject *)&ScorerType) < 0) Py_CLEAR(kernel);
    if (kernel && PyModule_AddObjectRef(kernel, "Words", (PyObject *)&WordsType) < 0) Py_CLEAR(kernel);
    return kernel;
}
