/* The compiled kernel: sentences and their scores in one pass over a text, what these add up to, and the patterns that match in it.
 *
 * It is optional. sentences.py, document.py, clean.py, evidence.py and patterns.py of service/rung compute the same in Python and
 * numpy; tests hold the two equal, and Python serves where this was not built. Letters, digits and blanks are those of Python's `re`
 * for all of Unicode, and nothing is capped.
 *
 *   Scorer(terms, words, idf, weights, intercepts)
 *     terms: "word" or "word word"; words: how many different words these hold, at most; idf, intercepts: buffers of float64;
 *     weights: of float32, row by row
 *     .read(text, limit)  -> (count, starts and ends, scores): bytes of int64 pairs, bytes of float64 rows
 *     .score(text)        -> scores of the whole text as one sentence: bytes of float64
 *   Matcher(starts, compile)
 *     starts: of each pattern a list of strings with one of which its matches begin; compile: from its number, and whether anything
 *     may stand before its matches, to its program
 *     .find(text, spans)  -> its matches: [(pattern, start, end), …], by pattern and place
 *     .first(text, number) -> the first pattern from this number on that matches anywhere; -1 where none does
 *   Words(base, width, sets, code, entries, starting, lists): patterns over words, see rung/text/patterns.py
 *     .find(letters, group, start, end) -> their matches by place: [(pattern, start, end, (captured from, to)), …]
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { REVISION = 14 }; /* raised when what Python calls here changes; rung/kernel/__init__.py ignores a library of another one */

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

/* Where it can be asked at run time, wider registers are used; each sum is the same. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* The scores of one sentence into `out`; returns whether it has a word of two letters or more. */
static WIDE int
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

/* Where the characters from here on that are of one of these kinds end. */
static Py_ssize_t
end_of_run(const Text *text, Py_ssize_t i, int same)
{
    while (i < text->length && (kind_of(at(text, i)) & same)) i++;
    return i;
}

static int
is_blank(const Text *text, Py_ssize_t i)
{
    return i >= 0 && i < text->length && (kind_of(at(text, i)) & BLANK);
}

/* A run of stops or breaks is passed over whole, whether it ends a sentence or not, so that the time is linear in the text. */
static int
read_text(const Scorer *self, Reading *reading, const Text *text, Py_ssize_t limit)
{
    Py_ssize_t start = 0;
    for (Py_ssize_t i = 0, next; i < text->length; i = next) {
        int kind = kind_of(at(text, i)), same = kind & (STOP | BREAK);
        next = same ? end_of_run(text, i, same) : i + 1;
        int ends = same ? same == BREAK || is_blank(text, next)
                        : (kind & DASH) && is_blank(text, i - 1) && is_blank(text, i + 1);
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

/* --- patterns in a text: strings with which their matches begin, by the first two letters, and a program for each pattern
 *
 * service/rung/kernel/programs.py says what the instructions are. A program is asked for when a text first needs it, and run as an automaton that
 * is made as texts need it: a state is all the ways that a match may go on, the preferred ones first, and from a state and a character
 * there is one state to go to. So a character costs one look-up, and no text makes a pattern slow. */

enum { BUCKETS = 4096, STATES = 512, PLACES = 2 * STATES, DEAD = 0, NOT_KNOWN = -1, NO_MEMORY = -2 };
enum { CHAR, SET, FORK, JUMP, EDGE, UNLESS, BEHIND, NOT_BEHIND, DONE };
enum { A_WORD = 1, NO_WORD = 2, A_DIGIT = 4, NO_DIGIT = 8, A_SPACE = 16, NO_SPACE = 32, NEGATED = 64 };
enum { BEYOND = 3, SET_SIZE = 1 + BEYOND + 8, KINDS = 8 }; /* in integers: kinds, single characters, bitmap */
enum { NO_CHARACTER = 0x110000, MOST_BEHIND = 31 };
static const int sizes[] = {[CHAR] = 2, [SET] = 2, [FORK] = 2, [JUMP] = 2, [EDGE] = 1, [UNLESS] = 2, [BEHIND] = 2, [NOT_BEHIND] = 2,
                            [DONE] = 1};

/* What a match may go on with: `count` threads from the `first` on, each where in the program it stands, the preferred ones first;
 * `before` says of the character before whether it is of a word (1), and of which sets that are looked behind for (2, 4 …). */
typedef struct {
    uint32_t before;
    Py_ssize_t first, count;
} State;

typedef struct {
    PyObject *program;
    const uint32_t *code;
    Py_ssize_t size;
    uint32_t behind[MOST_BEHIND]; /* the sets that are looked behind for */
    int behinds, latin, classes;  /* classes of characters that are alike to it; one more stands for the end of the text */
    unsigned char class_of[256];  /* of characters below 256, of which there are `latin` classes; behind these come others by their */
    Py_UCS4 *single;              /* kinds, then each one beyond that the program names */
    int singles;
    State *states;    /* the first is where no match can go on */
    int32_t *next;    /* by state and class: twice the state to go to, and 1 where a match ends before the character */
    int32_t *starts;  /* by class of the character before */
    int32_t *places;  /* states by hash */
    uint32_t *threads;
    int32_t count, rounds; /* of states, and how often they were forgotten */
    Py_ssize_t states_space, thread_count, threads_space;
    uint32_t *found, *open, *seen, stamp; /* while a state is made: its threads, what is still to be looked at, where it has been */
} Automaton;

typedef struct {
    Py_ssize_t start, length; /* in letters */
    Py_ssize_t pattern;
    int32_t next; /* the next string of the bucket; -1: none */
} String;

typedef struct {
    PyObject_HEAD
    String *strings;
    Py_UCS4 *letters;
    Py_ssize_t patterns;
    PyObject *compile;       /* from a pattern's number, and whether it may begin anywhere, to the bytes of its program */
    Automaton **automata;    /* two a pattern: of its matches from where they begin, and from anywhere before; NULL: not asked for yet */
    int32_t buckets[BUCKETS]; /* the first string of each; -1: none */
} Matcher;

static inline uint32_t
bucket_of(Py_UCS4 first, Py_UCS4 second)
{
    return (first * 131 + second) & (BUCKETS - 1);
}

static int
Matcher_init(Matcher *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *patterns, *compile;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &patterns, &compile)) return -1;
    if (self->strings != NULL) {
        PyErr_SetString(PyExc_TypeError, "a Matcher is made once");
        return -1;
    }
    Py_ssize_t count = 0, letters = 0;
    self->patterns = PyList_GET_SIZE(patterns);
    for (Py_ssize_t pattern = 0; pattern < self->patterns; pattern++) {
        PyObject *strings = PyList_GET_ITEM(patterns, pattern);
        if (!PyList_Check(strings)) {
            PyErr_SetString(PyExc_TypeError, "the starts of a pattern must be a list of texts");
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
    self->automata = PyMem_Calloc(2 * self->patterns + 1, sizeof(Automaton *));
    if (!self->strings || !self->letters || !self->automata) {
        PyErr_NoMemory();
        return -1;
    }
    self->compile = Py_NewRef(compile);
    for (int bucket = 0; bucket < BUCKETS; bucket++) self->buckets[bucket] = -1;
    int32_t number = 0;
    letters = 0;
    for (Py_ssize_t pattern = 0; pattern < self->patterns; pattern++) {
        PyObject *strings = PyList_GET_ITEM(patterns, pattern);
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(strings); i++, number++) {
            Text text = text_of(PyList_GET_ITEM(strings, i));
            String *string = &self->strings[number];
            string->start = letters;
            string->length = text.length;
            string->pattern = pattern;
            for (Py_ssize_t j = 0; j < text.length; j++) self->letters[letters++] = at(&text, j);
            int32_t *bucket = &self->buckets[bucket_of(at(&text, 0), text.length > 1 ? at(&text, 1) : 0)];
            string->next = *bucket;
            *bucket = number;
        }
    }
    return 0;
}

static void
free_automaton(Automaton *automaton)
{
    if (!automaton) return;
    PyMem_Free(automaton->single);
    PyMem_Free(automaton->states);
    PyMem_Free(automaton->next);
    PyMem_Free(automaton->starts);
    PyMem_Free(automaton->places);
    PyMem_Free(automaton->threads);
    PyMem_Free(automaton->found);
    PyMem_Free(automaton->open);
    PyMem_Free(automaton->seen);
    Py_XDECREF(automaton->program);
    PyMem_Free(automaton);
}

static void
Matcher_dealloc(Matcher *self)
{
    PyMem_Free(self->strings);
    PyMem_Free(self->letters);
    for (Py_ssize_t pattern = 0; self->automata && pattern < 2 * self->patterns; pattern++) free_automaton(self->automata[pattern]);
    PyMem_Free(self->automata);
    Py_XDECREF(self->compile);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int
stands_at(const Matcher *self, const String *string, const Text *text, Py_ssize_t place)
{
    if (string->length > text->length - place) return 0;
    for (Py_ssize_t j = 0; j < string->length; j++) {
        if (self->letters[string->start + j] != at(text, place + j)) return 0;
    }
    return 1;
}

/* Whether integers are a program: sets, then whole instructions to the last, which is DONE, with addresses of instructions and numbers
 * of sets among them. `seen` has room for a mark an integer. */
static int
is_program(const uint32_t *program, Py_ssize_t size, uint32_t *seen)
{
    if (size < 1 || program[0] > (uint32_t)(size / SET_SIZE)) return 0;
    int last = -1;
    for (Py_ssize_t i = 1 + (Py_ssize_t)program[0] * SET_SIZE; i < size; i += sizes[last]) {
        last = program[i] <= DONE ? (int)program[i] : -1;
        if (last < 0 || i + sizes[last] > size) return 0;
        int uses_set = last == SET || last == UNLESS || last == BEHIND || last == NOT_BEHIND;
        if (uses_set && program[i + 1] >= program[0]) return 0;
        seen[i] = 1;
    }
    for (Py_ssize_t i = 1 + (Py_ssize_t)program[0] * SET_SIZE; last == DONE && i < size; i += sizes[program[i]]) {
        if ((program[i] == FORK || program[i] == JUMP) && (program[i + 1] >= (uint32_t)size || !seen[program[i + 1]])) return 0;
    }
    return last == DONE;
}

static inline int
in_bitmap(const uint32_t *set, Py_UCS4 c)
{
    return set[1 + BEYOND + (c >> 5)] >> (c & 31) & 1;
}

static int
beyond_in_set(const uint32_t *set, Py_UCS4 c)
{
    uint32_t kinds = set[0];
    int kind = kind_of(c), digit = Py_UNICODE_ISDECIMAL(c), found = 0;
    for (int i = 1; i <= BEYOND; i++) found = found || set[i] == c;
    found = found || (kinds & A_WORD && kind & WORD) || (kinds & NO_WORD && !(kind & WORD)) || (kinds & A_SPACE && kind & BLANK) ||
            (kinds & NO_SPACE && !(kind & BLANK)) || (kinds & A_DIGIT && digit) || (kinds & NO_DIGIT && !digit);
    return found != !!(kinds & NEGATED);
}

/* Whether a character is of a set of the program; where there is none, it is of no set. */
static int
in_set(const Automaton *automaton, uint32_t number, Py_UCS4 c)
{
    const uint32_t *set = automaton->code + 1 + number * SET_SIZE;
    return c != NO_CHARACTER && (c < 256 ? in_bitmap(set, c) : beyond_in_set(set, c));
}

static int
is_word(Py_UCS4 c)
{
    return c != NO_CHARACTER && (kind_of(c) & WORD);
}

/* Part the characters below 256 by what an instruction tells of them: those of one class that it tells apart become two. */
static void
part(Automaton *automaton, const uint32_t *instruction)
{
    int as[2 * 256];
    memset(as, -1, sizeof as);
    automaton->latin = 0;
    for (Py_UCS4 c = 0; c < 256; c++) {
        int tells = !instruction ? is_word(c) : *instruction == CHAR ? instruction[1] == c : in_set(automaton, instruction[1], c);
        int *class = &as[2 * automaton->class_of[c] + tells];
        if (*class < 0) *class = automaton->latin++;
        automaton->class_of[c] = (unsigned char)*class;
    }
}

static inline int
class_of(const Automaton *automaton, Py_UCS4 c)
{
    if (c < 256) return automaton->class_of[c];
    if (c == NO_CHARACTER) return automaton->classes;
    for (int i = 0; i < automaton->singles; i++) {
        if (automaton->single[i] == c) return automaton->latin + KINDS + i;
    }
    int kind = kind_of(c);
    return automaton->latin + (kind & WORD ? 1 : 0) + (kind & BLANK ? 2 : 0) + (Py_UNICODE_ISDECIMAL(c) ? 4 : 0);
}

/* Name the characters beyond Latin-1 that the program tells from others of their kind; -1 where there is no memory. */
static int
name_singles(Automaton *automaton)
{
    Py_ssize_t size = automaton->size, sets = automaton->code[0], code = 1 + sets * SET_SIZE;
    if (!(automaton->single = PyMem_Calloc(size, sizeof(Py_UCS4)))) return -1;
    for (Py_ssize_t i = 1; i < size; i += i < code ? 1 : sizes[automaton->code[i]]) {
        int in_head = i < code && (i - 1) % SET_SIZE >= 1 && (i - 1) % SET_SIZE <= BEYOND;
        Py_UCS4 c = in_head ? automaton->code[i] : i >= code && automaton->code[i] == CHAR ? automaton->code[i + 1] : 0;
        int known = c < 256;
        for (int j = 0; j < automaton->singles; j++) known = known || automaton->single[j] == c;
        if (!known) automaton->single[automaton->singles++] = c;
    }
    return 0;
}

/* Number the sets that are looked behind for; -1 where they are too many. */
static int
look_behind(Automaton *automaton, uint32_t set)
{
    for (int i = 0; i < automaton->behinds; i++) {
        if (automaton->behind[i] == set) return i;
    }
    if (automaton->behinds == MOST_BEHIND) return -1;
    automaton->behind[automaton->behinds] = set;
    return automaton->behinds++;
}

static uint32_t
before_of(const Automaton *automaton, Py_UCS4 c)
{
    uint32_t before = (uint32_t)is_word(c);
    for (int i = 0; i < automaton->behinds; i++) before |= (uint32_t)in_set(automaton, automaton->behind[i], c) << (i + 1);
    return before;
}

/* Forget all states but the dead one. */
static void
forget(Automaton *automaton)
{
    automaton->count = 1;
    automaton->rounds++;
    automaton->thread_count = 0;
    memset(automaton->places, -1, PLACES * sizeof(int32_t));
    memset(automaton->starts, -1, (automaton->classes + 1) * sizeof(int32_t));
}

/* The automaton of a program; NULL with an error where it cannot be one. It takes the reference. */
static Automaton *
automaton_of(PyObject *program)
{
    Automaton *automaton = PyMem_Calloc(1, sizeof(Automaton));
    if (!automaton) {
        Py_DECREF(program);
        return (Automaton *)PyErr_NoMemory();
    }
    automaton->program = program;
    Py_ssize_t size = automaton->size = PyBytes_Check(program) ? PyBytes_GET_SIZE(program) / (Py_ssize_t)sizeof(uint32_t) : 0;
    automaton->found = PyMem_Calloc(size + 1, sizeof(uint32_t));
    automaton->open = PyMem_Calloc(2 * size + 2, sizeof(uint32_t)); /* a fork, met once, leaves two */
    automaton->seen = PyMem_Calloc(size + 1, sizeof(uint32_t));
    automaton->places = PyMem_Malloc(PLACES * sizeof(int32_t));
    int whole = automaton->found && automaton->open && automaton->seen && automaton->places;
    if (!whole) PyErr_NoMemory();
    if (whole) {
        automaton->code = size ? (const uint32_t *)PyBytes_AS_STRING(program) : NULL;
        whole = is_program(automaton->code, size, automaton->seen);
        if (whole) part(automaton, NULL);
        for (Py_ssize_t i = whole ? 1 + (Py_ssize_t)automaton->code[0] * SET_SIZE : size; i < size; i += sizes[automaton->code[i]]) {
            uint32_t kind = automaton->code[i];
            if (kind == CHAR || kind == SET || kind == UNLESS || kind == BEHIND || kind == NOT_BEHIND) part(automaton, automaton->code + i);
            if (kind == BEHIND || kind == NOT_BEHIND) whole = whole && look_behind(automaton, automaton->code[i + 1]) >= 0;
        }
        if (!whole) PyErr_SetString(PyExc_ValueError, "this is no program");
    }
    if (whole && name_singles(automaton) < 0) {
        PyErr_NoMemory();
        whole = 0;
    }
    if (whole) {
        automaton->classes = automaton->latin + KINDS + automaton->singles;
        automaton->stamp = 1; /* what marked the instructions */
        automaton->starts = PyMem_Malloc((automaton->classes + 1) * sizeof(int32_t));
        if (automaton->starts) {
            forget(automaton);
            return automaton;
        }
        PyErr_NoMemory();
    }
    free_automaton(automaton);
    return NULL;
}

/* The automaton of a pattern, whose program is asked for where it is not known; NULL with an error. */
static Automaton *
automaton_at(Matcher *self, Py_ssize_t pattern, int anywhere)
{
    Automaton **automaton = &self->automata[2 * pattern + anywhere];
    if (!*automaton) {
        PyObject *program = PyObject_CallFunction(self->compile, "ni", pattern, anywhere);
        /* Whoever was asked may have searched, too. */
        if (program && *automaton) Py_DECREF(program);
        else if (program) *automaton = automaton_of(program);
        if (PyErr_Occurred()) return NULL;
    }
    return *automaton;
}

/* Have room for one more state of so many threads; -1 where there is none. */
static int
more_room(Automaton *automaton, Py_ssize_t threads)
{
    if (automaton->count >= automaton->states_space) {
        Py_ssize_t space = automaton->states_space ? 2 * automaton->states_space : 16;
        State *states = PyMem_Realloc(automaton->states, space * sizeof(State));
        if (states) automaton->states = states;
        int32_t *next = PyMem_Realloc(automaton->next, space * (automaton->classes + 1) * sizeof(int32_t));
        if (next) automaton->next = next;
        if (!states || !next) return -1;
        automaton->states_space = space;
    }
    if (automaton->thread_count + threads > automaton->threads_space) {
        Py_ssize_t space = 2 * automaton->threads_space + threads + 64;
        uint32_t *larger = PyMem_Realloc(automaton->threads, space * sizeof(uint32_t));
        if (!larger) return -1;
        automaton->threads = larger;
        automaton->threads_space = space;
    }
    return 0;
}

/* The state of the first threads of `found`, entered where it is new; NO_MEMORY where there is none for it. */
static int32_t
state_of(Automaton *automaton, uint32_t before, Py_ssize_t count)
{
    if (!count) return DEAD;
    uint64_t hash = HASH_STEP(HASH_START, before);
    for (Py_ssize_t i = 0; i < count; i++) hash = HASH_STEP(hash, automaton->found[i]);
    uint64_t place = mixed(hash) % PLACES;
    for (; automaton->places[place] >= 0; place = (place + 1) % PLACES) {
        const State *state = &automaton->states[automaton->places[place]];
        if (state->before == before && state->count == count &&
            !memcmp(automaton->threads + state->first, automaton->found, count * sizeof(uint32_t))) {
            return automaton->places[place];
        }
    }
    if (automaton->count == STATES) {
        forget(automaton);
        place = mixed(hash) % PLACES;
    }
    if (more_room(automaton, count) < 0) return NO_MEMORY;
    int32_t number = automaton->count++;
    automaton->states[number] = (State){before, automaton->thread_count, count};
    memcpy(automaton->threads + automaton->thread_count, automaton->found, count * sizeof(uint32_t));
    automaton->thread_count += count;
    memset(automaton->next + (Py_ssize_t)number * (automaton->classes + 1), -1, (automaton->classes + 1) * sizeof(int32_t));
    automaton->places[place] = number;
    return number;
}

/* The state in which a match begins after a character; NO_MEMORY where there is none for it. */
static int32_t
start_after(Automaton *automaton, Py_UCS4 c)
{
    int class = class_of(automaton, c);
    if (automaton->starts[class] >= 0) return automaton->starts[class];
    automaton->found[0] = 1 + automaton->code[0] * SET_SIZE;
    int32_t state = state_of(automaton, before_of(automaton, c), 1);
    if (state > DEAD) automaton->starts[class] = state;
    return state;
}

/* Where a state goes to at a character: twice the state, and 1 where a match ends before the character; NO_MEMORY. */
static int32_t
step(Automaton *automaton, int32_t from, Py_UCS4 c)
{
    const State state = automaton->states[from];
    const uint32_t *code = automaton->code;
    Py_ssize_t count = 0;
    int ends = 0, word = is_word(c);
    if (++automaton->stamp == 0) {
        memset(automaton->seen, 0, (automaton->size + 1) * sizeof(uint32_t));
        automaton->stamp = 1;
    }
    for (Py_ssize_t thread = 0; thread < state.count && !ends; thread++) {
        Py_ssize_t open = 0;
        automaton->open[open++] = automaton->threads[state.first + thread];
        while (open && !ends) {
            uint32_t at = automaton->open[--open];
            if (automaton->seen[at] == automaton->stamp) continue; /* a preferred way has come here */
            automaton->seen[at] = automaton->stamp;
            uint32_t kind = code[at], goes_on = at + (uint32_t)sizes[kind];
            int fits = 1;
            switch (kind) {
            case CHAR:
            case SET:
                if (kind == CHAR ? code[at + 1] == c : in_set(automaton, code[at + 1], c)) automaton->found[count++] = goes_on;
                continue;
            case FORK: automaton->open[open++] = code[at + 1]; break;
            case JUMP: goes_on = code[at + 1]; break;
            case EDGE: fits = (int)(state.before & 1) != word; break;
            case UNLESS: fits = !in_set(automaton, code[at + 1], c); break;
            case BEHIND:
            case NOT_BEHIND:
                fits = (int)(state.before >> (look_behind(automaton, code[at + 1]) + 1) & 1) == (kind == BEHIND);
                break;
            default: ends = 1; continue; /* DONE: what is less preferred no longer counts */
            }
            if (fits) automaton->open[open++] = goes_on;
        }
    }
    int32_t rounds = automaton->rounds, to = state_of(automaton, before_of(automaton, c), count);
    if (to == NO_MEMORY) return NO_MEMORY;
    int32_t goes = 2 * to + ends;
    if (rounds == automaton->rounds) automaton->next[(Py_ssize_t)from * (automaton->classes + 1) + class_of(automaton, c)] = goes;
    return goes;
}

/* Where the match that starts here ends, or, of `any`, a place where one does; -1 where there is none, NO_MEMORY. */
static Py_ssize_t
run(Automaton *automaton, const Text *text, Py_ssize_t place, Py_ssize_t end, int any)
{
    Py_ssize_t found = -1;
    int32_t state = start_after(automaton, place > 0 ? at(text, place - 1) : NO_CHARACTER);
    for (; state > DEAD; place++) {
        Py_UCS4 c = place < end ? at(text, place) : NO_CHARACTER;
        int32_t goes = automaton->next[(Py_ssize_t)state * (automaton->classes + 1) + class_of(automaton, c)];
        if (goes == NOT_KNOWN) goes = step(automaton, state, c);
        if (goes < 0) return NO_MEMORY;
        if (goes & 1) found = place;
        if (any && found >= 0) return found;
        state = goes >> 1;
    }
    return state == NO_MEMORY ? NO_MEMORY : found;
}

typedef struct {
    Py_ssize_t pattern, start, end;
} Match;

typedef struct {
    Match *matches;
    Py_ssize_t count, space;
    Py_ssize_t *behind; /* by pattern: where its last match ended */
} Search;

/* Try the patterns of a bucket whose strings stand here; -1 with an error. */
static int
try_bucket(Matcher *self, int32_t number, const Text *text, Py_ssize_t i, Py_ssize_t end, Search *search)
{
    for (; number >= 0; number = self->strings[number].next) {
        const String *string = &self->strings[number];
        if (i < search->behind[string->pattern] || !stands_at(self, string, text, i)) continue;
        Automaton *automaton = automaton_at(self, string->pattern, 0);
        if (!automaton) return -1;
        Py_ssize_t stop = run(automaton, text, i, end, 0);
        if (stop == -1) continue;
        if (stop >= 0 && search->count == search->space) {
            Py_ssize_t space = 2 * search->space + 32;
            Match *larger = PyMem_RawRealloc(search->matches, space * sizeof(Match));
            if (larger) {
                search->matches = larger;
                search->space = space;
            } else {
                stop = NO_MEMORY;
            }
        }
        if (stop < 0) {
            PyErr_NoMemory();
            return -1;
        }
        search->matches[search->count++] = (Match){string->pattern, i, stop};
        search->behind[string->pattern] = stop > i ? stop : i + 1;
    }
    return 0;
}

static int
search_span(Matcher *self, const Text *text, Py_ssize_t start, Py_ssize_t end, Search *search)
{
    if (start < 0) start = 0;
    if (end > text->length) end = text->length;
    int inside = start > 0 && start < end && in_word(at(text, start - 1));
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = at(text, i);
        int was = inside;
        inside = in_word(c);
        if (was || !inside) continue;
        int32_t one = self->buckets[bucket_of(c, 0)];
        int32_t two = i + 1 < text->length ? self->buckets[bucket_of(c, at(text, i + 1))] : -1;
        if (one >= 0 && try_bucket(self, one, text, i, end, search) < 0) return -1;
        if (two >= 0 && two != one && try_bucket(self, two, text, i, end, search) < 0) return -1;
    }
    return 0;
}

static int
in_order(const void *one, const void *other)
{
    const Match *a = one, *b = other;
    if (a->pattern != b->pattern) return a->pattern < b->pattern ? -1 : 1;
    return a->start < b->start ? -1 : a->start > b->start;
}

static PyObject *
listed(const Match *matches, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list && i < count; i++) {
        const Py_ssize_t parts[] = {matches[i].pattern, matches[i].start, matches[i].end};
        PyObject *match = PyTuple_New(3);
        for (int part = 0; match && part < 3; part++) {
            PyObject *number = PyLong_FromSsize_t(parts[part]);
            if (number) PyTuple_SET_ITEM(match, part, number);
            else Py_CLEAR(match);
        }
        if (match) PyList_SET_ITEM(list, i, match);
        else Py_CLEAR(list);
    }
    return list;
}

static PyObject *
Matcher_find(Matcher *self, PyObject *args)
{
    PyObject *source, *spans = Py_None;
    if (!made(self->automata) || !PyArg_ParseTuple(args, "U|O", &source, &spans)) return NULL;
    Py_buffer view = {.buf = NULL};
    if (spans != Py_None && PyObject_GetBuffer(spans, &view, PyBUF_C_CONTIGUOUS) < 0) return NULL;
    Text text = text_of(source);
    Search search = {.behind = PyMem_RawCalloc(self->patterns ? self->patterns : 1, sizeof(Py_ssize_t))};
    int failed = !search.behind;
    if (failed) PyErr_NoMemory();
    if (!failed && spans == Py_None) failed = search_span(self, &text, 0, text.length, &search) < 0;
    const int64_t *bounds = view.buf;
    Py_ssize_t sentences = view.buf ? view.len / (Py_ssize_t)(2 * sizeof(int64_t)) : 0;
    for (Py_ssize_t i = 0; !failed && i < sentences; i++) {
        failed = search_span(self, &text, bounds[2 * i], bounds[2 * i + 1], &search) < 0;
    }
    if (view.buf) PyBuffer_Release(&view);
    if (!failed && search.count > 1) qsort(search.matches, search.count, sizeof(Match), in_order);
    PyObject *found = failed ? NULL : listed(search.matches, search.count);
    PyMem_RawFree(search.behind);
    PyMem_RawFree(search.matches);
    return found;
}

/* Whether a pattern matches anywhere in a text; -1 with an error. */
static int
matches(Matcher *self, Py_ssize_t pattern, const Text *text)
{
    Automaton *automaton = automaton_at(self, pattern, 1);
    if (!automaton) return -1;
    Py_ssize_t end = run(automaton, text, 0, text->length, 1);
    if (end == NO_MEMORY) PyErr_NoMemory();
    return end == NO_MEMORY ? -1 : end >= 0;
}

static PyObject *
Matcher_first(Matcher *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t pattern;
    if (!made(self->automata) || !PyArg_ParseTuple(args, "Un", &source, &pattern)) return NULL;
    Text text = text_of(source);
    int found = 0;
    for (pattern = pattern < 0 ? 0 : pattern; pattern < self->patterns; pattern++) {
        if ((found = matches(self, pattern, &text)) != 0) break;
    }
    if (found < 0) return NULL;
    return PyLong_FromSsize_t(found ? pattern : -1);
}

static PyMethodDef Matcher_methods[] = {
    {"first", (PyCFunction)Matcher_first, METH_VARARGS, "first(text, number): the first pattern from this number on that matches; -1: none."},
    {"find", (PyCFunction)Matcher_find, METH_VARARGS, "find(text, spans=None): the matches of the patterns: (pattern, start, end)."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject MatcherType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "rung.kernel._kernel.Matcher",
    .tp_doc = "Finds where patterns match in the sentences of a text.",
    .tp_basicsize = sizeof(Matcher),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)Matcher_init,
    .tp_dealloc = (destructor)Matcher_dealloc,
    .tp_methods = Matcher_methods,
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

/* loudest(spans, figures, families, silent, inside, (speaks, sure), count)
 *
 * -> the sentences that say most, as rung.decision.evidence.loudest_plainly weighs them: [(start, end, weight, manages, level, family), …],
 * the loudest first. */
static PyObject *
loudest(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer spans, figures, families, silences;
    int inside;
    double speaks, sure;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "y*y*y*y*p(dd)n", &spans, &figures, &families, &silences, &inside, &speaks, &sure, &most)) {
        return NULL;
    }
    Py_ssize_t n = families.len / (Py_ssize_t)sizeof(int64_t), kept = 0;
    int alike = figures.len == 4 * families.len && spans.len == 2 * families.len;
    if (most > n) most = n;
    if (most < 0) most = 0;
    double *weights = PyMem_Malloc((most + 1) * sizeof(double));
    Py_ssize_t *order = PyMem_Malloc((most + 1) * sizeof(Py_ssize_t));
    const double *duty = figures.buf, *graded = duty + n, *manages = graded + n, *level = manages + n;
    const int64_t *family = families.buf;
    const char *silent = silences.buf;
    for (Py_ssize_t i = 0; alike && weights && order && i < n; i++) {
        double strength = duty[i] * graded[i], weight;
        if (!inside) {
            alike = family[i] >= 0 && family[i] < silences.len;
            weight = !alike || silent[family[i]] || duty[i] < sure ? 0.0 : 2 * duty[i] * (1 - graded[i]);
        } else if (manages[i] > sure) {
            weight = duty[i] * log(manages[i] / (1.001 - manages[i]));
        } else {
            weight = strength < speaks ? 0.0 : strength * level[i];
        }
        Py_ssize_t place = kept < most ? kept++ : most;
        for (; place > 0 && fabs(weights[place - 1]) < fabs(weight); place--) {
            weights[place] = weights[place - 1];
            order[place] = order[place - 1];
        }
        weights[place] = weight; /* beyond the last that is kept there is room for one */
        order[place] = i;
    }
    PyObject *found = NULL;
    if (!alike) PyErr_SetString(PyExc_ValueError, "these are no readings of sentences");
    else if (!weights || !order) PyErr_NoMemory();
    else found = PyList_New(kept);
    for (Py_ssize_t i = 0; found && i < kept; i++) {
        Py_ssize_t at = order[i];
        const int64_t *span = (const int64_t *)spans.buf + 2 * at;
        PyObject *row = Py_BuildValue("(LLdddL)", (long long)span[0], (long long)span[1], weights[i], manages[at], level[at],
                                      (long long)family[at]);
        if (row) PyList_SET_ITEM(found, i, row);
        else Py_CLEAR(found);
    }
    PyBuffer_Release(&spans);
    PyBuffer_Release(&figures);
    PyBuffer_Release(&families);
    PyBuffer_Release(&silences);
    PyMem_Free(weights);
    PyMem_Free(order);
    return found;
}

/* --- letters */

/* lowered(text) -> the text in lower case, of the same length; None where that is more than a letter at a time. */
static PyObject *
lowered(PyObject *Py_UNUSED(module), PyObject *source)
{
    if (!PyUnicode_Check(source)) return PyErr_Format(PyExc_TypeError, "a text is needed");
    Py_ssize_t length = PyUnicode_GET_LENGTH(source), i = 0;
    Py_UCS4 *letters = PyUnicode_AsUCS4Copy(source);
    if (!letters) return NULL;
    /* The one letter that becomes two, and the one whose small form goes by where it stands. */
    for (; i < length && letters[i] != 0x130 && letters[i] != 0x3A3; i++) {
        Py_UCS4 c = letters[i];
        letters[i] = c >= 128 ? Py_UNICODE_TOLOWER(c) : c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
    PyObject *found = i < length ? Py_NewRef(Py_None) : PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, letters, length);
    PyMem_Free(letters);
    return found;
}

enum { SEEN = 64, GREEK = 0x370, ARMENIAN = 0x530 };

/* folded(text, forms) -> the text with each character in its normal form; None where one has a form of none or several, or one of the
 * alphabets whose letters look like Latin ones. `forms` maps characters to forms and is asked of those beyond ASCII, and of the grave
 * accent; it must not change how it answers. */
static PyObject *
folded(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *source, *forms;
    if (!PyArg_ParseTuple(args, "UO", &source, &forms)) return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(source), i = 0;
    Py_UCS4 *letters = PyUnicode_AsUCS4Copy(source), known[SEEN] = {0}, becomes[SEEN];
    if (!letters) return NULL;
    for (; i < length; i++) {
        Py_UCS4 c = letters[i];
        if (c < 128 && c != '`') {
            letters[i] = c < 32 || c == 127 ? ' ' : c >= 'A' && c <= 'Z' ? c + 32 : c;
            continue;
        }
        if (known[c % SEEN] != c) {
            PyObject *letter = PyUnicode_FromOrdinal((int)c), *form = letter ? PyObject_GetItem(forms, letter) : NULL;
            Py_XDECREF(letter);
            if (!form) break;
            Py_UCS4 one = PyUnicode_Check(form) && PyUnicode_GET_LENGTH(form) == 1 ? PyUnicode_READ_CHAR(form, 0) : GREEK;
            Py_DECREF(form);
            if (one >= GREEK && one < ARMENIAN) break;
            known[c % SEEN] = c;
            becomes[c % SEEN] = one;
        }
        letters[i] = becomes[c % SEEN];
    }
    PyObject *found = NULL;
    if (i == length) found = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, letters, length);
    else if (!PyErr_Occurred()) found = Py_NewRef(Py_None);
    PyMem_Free(letters);
    return found;
}

/* --- tokens: rung/text/tokens.py says what they are */

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
enum { IN, FORK_WORD, GO, OPEN, CLOSE, DONE_WORD, WORD_OPS };

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
        } else if (op == FORK_WORD) {
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
    if (slots < 1 || (slots - 1) % self->width || steps < 1 || self->code[2 * steps - 2] != DONE_WORD) return 0;
    for (Py_ssize_t step = 0; step < steps; step++) {
        int32_t op = self->code[2 * step], operand = self->code[2 * step + 1];
        if (op < 0 || op >= WORD_OPS || operand < 0) return 0;
        if (op == IN ? operand >= sets : (op == FORK_WORD || op == GO) && (operand <= step || operand >= steps)) return 0;
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
    {"loudest", loudest, METH_VARARGS, "The sentences that say most."},
    {"tokens", tokens, METH_VARARGS, "The tokens of a text."},
    {"lowered", lowered, METH_O, "A text in lower case."},
    {"folded", folded, METH_VARARGS, "A text in its normal form."},
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
    if (PyType_Ready(&ScorerType) < 0 || PyType_Ready(&MatcherType) < 0 || PyType_Ready(&WordsType) < 0) return NULL;
    PyObject *kernel = PyModule_Create(&module);
    if (kernel && PyModule_AddIntConstant(kernel, "REVISION", REVISION) < 0) Py_CLEAR(kernel);
    if (kernel && PyModule_AddObjectRef(kernel, "Scorer", (PyObject *)&ScorerType) < 0) Py_CLEAR(kernel);
    if (kernel && PyModule_AddObjectRef(kernel, "Matcher", (PyObject *)&MatcherType) < 0) Py_CLEAR(kernel);
    if (kernel && PyModule_AddObjectRef(kernel, "Words", (PyObject *)&WordsType) < 0) Py_CLEAR(kernel);
    return kernel;
}
