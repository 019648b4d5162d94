/* The compiled kernel: sentences and their scores in one pass over a text, what these add up to, and the patterns that match in it.
 *
 * It is optional. service/rung/text and kernel/plain.py compute the same in Python and numpy; tests hold the two equal. Letters,
 * digits and blanks are those of Python's `re` for all of Unicode, and nothing is capped. _kernel.pyi has the types.
 *
 *   Scorer(terms, words, idf, weights, scales, intercepts)
 *     terms: "word" or "word word"; words: how many different words these hold, at most; weights: int8, row by row
 *     .read(text, limit)  -> (count, starts and ends, scores): bytes of int64 pairs, bytes of float64 rows
 *     .score(text)        -> scores of the whole text as one sentence: bytes of float64
 *   Words(base, width, kinds, known, sets, rows, needs, code, offsets, starts, required, ends): patterns over words, of which
 *     rung/text/programs.py makes these tables
 *     .tokens(text) -> one letter a token, as `known` maps it; and where each starts and ends: bytes of int32 pairs
 *     .find(letters, group, start, end) -> their matches by place: [(pattern, start, end, (captured from, to)), …]
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { REVISION = 21 }; /* raised when what Python calls here changes; rung/kernel/__init__.py ignores a library of another one */

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

/* --- words and pairs of words -> rows, by open addressing; sizes are powers of two, at most two thirds full */

enum { LINE = 64 }; /* bytes of memory that are fetched together */

/* What is known of a word or pair, in one place, since the time goes into waiting for it: so the weights have eight bits. */
typedef struct {
    double idf;
    int8_t weights[];
} Row;

typedef struct {
    uint64_t hash;    /* which stands for the word: two words share one of 2^64 only if somebody made them to; 0: an empty place */
    uint32_t seconds; /* of pairs that begin with it: a bit for each remainder of their second word's place */
    int32_t row;      /* of the word itself; -1: only pairs have it */
    int32_t count;    /* in the sentence that is read; nought between sentences */
} Word;

typedef struct {
    uint64_t key; /* the places of the two words, and 1 added so that 0 is an empty place */
    int32_t row, count;
} Pair;

/* A word of a sentence, what is known of it, and the key of the pair that it ends (0: none). */
typedef struct {
    uint64_t hash, key;
    Word *word;
} Spot;

typedef struct {
    const Row *row;
    int32_t *count;
    double value;
} Seen;

typedef struct Scorer {
    PyObject_HEAD
    Word *words;
    Pair *pairs;
    double *scales, *intercepts; /* by column, the ones behind the others */
    char *rows;
    uint64_t word_mask, pair_mask;
    Py_ssize_t word_count, columns, stride; /* bytes from one row to the next */
    void *room;                                           /* from here on: of the text that is read, all of it in here */
    Spot *spots;
    Seen *seen, *last_seen;
    Word *before;          /* the one that is read */
    struct Scorer *beside; /* another one, which scores the whole text as one sentence */
    int64_t *spans;
    double *scores;
    Py_ssize_t sentences;
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
    return h ? h : 1;
}

#define HASH_START 1469598103934665603ULL
#define HASH_STEP(h, c) (((h) ^ (c)) * 1099511628211ULL)

static Word *
find_word(const Scorer *self, uint64_t hash)
{
    uint64_t place = hash & self->word_mask;
    while (self->words[place].hash && self->words[place].hash != hash) place = (place + 1) & self->word_mask;
    return &self->words[place];
}

#define KEY_OF(self, first, second) (((uint64_t)((first) - (self)->words) << 32) + (uint64_t)((second) - (self)->words) + 1)
#define BIT_OF(self, second) ((uint32_t)1 << (((second) - (self)->words) & 31))

static Pair *
find_pair(const Scorer *self, uint64_t key)
{
    for (uint64_t place = mixed(key) & self->pair_mask;; place = (place + 1) & self->pair_mask) {
        Pair *pair = &self->pairs[place];
        if (!pair->key || pair->key == key) return pair;
    }
}

/* A word of the vocabulary, entered where it is new. */
static Word *
enter_word(Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    uint64_t hash = HASH_START;
    for (Py_ssize_t i = start; i < end; i++) hash = HASH_STEP(hash, at(text, i));
    Word *word = find_word(self, mixed(hash));
    if (!word->hash) {
        self->word_count++;
        *word = (Word){mixed(hash), 0, -1, 0};
    }
    return word;
}

static uint64_t
room(Py_ssize_t count)
{
    uint64_t size = 16;
    while (size < 3 * (uint64_t)count / 2 + 4) size *= 2; /* one term more than allowed still finds an empty place */
    return size;
}

static int
Scorer_init(Scorer *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *terms;
    const char *idf, *weights, *scales, *intercepts;
    Py_ssize_t words, idf_size, weights_size, scales_size, size;
    if (!PyArg_ParseTuple(args, "O!ny#y#y#y#", &PyList_Type, &terms, &words, &idf, &idf_size, &weights, &weights_size, &scales,
                          &scales_size, &intercepts, &size)) {
        return -1;
    }
    Py_ssize_t texts = 1, pairs = 0, rows = PyList_GET_SIZE(terms), columns = size / (Py_ssize_t)sizeof(double);
    for (Py_ssize_t row = 0; texts && row < rows; row++) {
        PyObject *term = PyList_GET_ITEM(terms, row);
        texts = PyUnicode_Check(term);
        pairs += texts && PyUnicode_FindChar(term, ' ', 0, PyUnicode_GET_LENGTH(term), 1) >= 0;
    }
    int fit = idf_size == rows * (Py_ssize_t)sizeof(double) && weights_size == rows * columns && scales_size == size;
    if (!texts || self->words || !fit) return PyErr_SetString(PyExc_ValueError, "terms need an idf and weights each, given once"), -1;
    self->columns = columns;
    self->stride = (offsetof(Row, weights) + columns + sizeof(double) - 1) / sizeof(double) * sizeof(double);
    self->word_mask = room(words) - 1;
    self->pair_mask = room(pairs) - 1;
    self->words = PyMem_Calloc(self->word_mask + 1, sizeof(Word));
    self->pairs = PyMem_Calloc(self->pair_mask + 1, sizeof(Pair));
    self->rows = PyMem_Calloc(rows * self->stride + 1, 1);
    self->scales = PyMem_Malloc(2 * size + 1);
    if (!self->words || !self->pairs || !self->rows || !self->scales) return PyErr_NoMemory(), -1;
    self->intercepts = memcpy(self->scales + columns, intercepts, size);
    memcpy(self->scales, scales, size);
    for (int32_t row = 0; row < rows && self->word_count <= words; row++) {
        Text term = text_of(PyList_GET_ITEM(terms, row));
        Py_ssize_t space = 0;
        while (space < term.length && at(&term, space) != ' ') space++;
        Word *first = enter_word(self, &term, 0, space);
        if (space == term.length) {
            first->row = row;
        } else {
            Word *second = enter_word(self, &term, space + 1, term.length);
            uint64_t key = KEY_OF(self, first, second);
            *find_pair(self, key) = (Pair){key, row, 0};
            first->seconds |= BIT_OF(self, second);
        }
        memcpy(&row_at(self, row)->idf, idf + row * sizeof(double), sizeof(double));
        memcpy(row_at(self, row)->weights, weights + row * columns, columns);
    }
    if (self->word_count > words) return PyErr_Format(PyExc_ValueError, "the terms hold more than %zd words", words), -1;
    return 0;
}

static void
Scorer_dealloc(Scorer *self)
{
    PyMem_Free(self->room);
    PyMem_Free(self->words);
    PyMem_Free(self->pairs);
    PyMem_Free(self->rows);
    PyMem_Free(self->scales);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* --- one reading of a text */

/* Ask for a row: it is read when the sentence has been. */
static inline void
fetch_row(const Scorer *self, int32_t row)
{
    for (Py_ssize_t byte = 0; row >= 0 && byte < self->stride; byte += LINE) __builtin_prefetch((char *)row_at(self, row) + byte);
    if (row >= 0) __builtin_prefetch((char *)row_at(self, row) + self->stride - 1);
}

static inline void
count_row(Scorer *self, int32_t row, int32_t *count)
{
    if (row >= 0 && !(*count)++) *self->last_seen++ = (Seen){row_at(self, row), count, 0.0};
}

/* The scores of what was seen into `out`. */
static void
add_up(const Scorer *self, double *out)
{
    memset(out, 0, self->columns * sizeof(double));
    double norm = 0.0;
    for (Seen *seen = self->seen; seen < self->last_seen; seen++) {
        seen->value = (*seen->count == 1 ? 1.0 : 1.0 + log((double)*seen->count)) * seen->row->idf;
        norm += seen->value * seen->value;
    }
    norm = sqrt(norm);
    for (Seen *seen = self->seen; seen < self->last_seen; seen++) {
        double value = seen->value / norm;
        for (Py_ssize_t column = 0; column < self->columns; column++) out[column] += value * seen->row->weights[column];
        *seen->count = 0;
    }
    for (Py_ssize_t column = 0; column < self->columns; column++) {
        out[column] = self->intercepts[column] + self->scales[column] * out[column];
    }
}

/* The scores of one sentence into `out`; returns whether it has a word of two letters or more.
 *
 * Most of the time goes into waiting for memory. So each round asks for what the next one reads. */
static int
score_sentence(Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t end, double *out)
{
    Spot *last = self->spots;
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
        *last = (Spot){mixed(hash), 0, NULL};
        __builtin_prefetch(&self->words[last->hash & self->word_mask]);
        if (self->beside) __builtin_prefetch(&self->beside->words[last->hash & self->beside->word_mask]);
        last++;
    }
    self->last_seen = self->seen;
    self->before = NULL;
    for (Scorer *each = self; each; each = each == self ? self->beside : NULL) {
        for (Spot *spot = self->spots; spot < last; spot++) {
            Word *word = find_word(each, spot->hash), *before = each->before;
            spot->word = each->before = word = word->hash ? word : NULL;
            if (word) fetch_row(each, word->row);
            spot->key = word && before && (before->seconds & BIT_OF(each, word)) ? KEY_OF(each, before, word) : 0;
            if (spot->key) __builtin_prefetch(&each->pairs[mixed(spot->key) & each->pair_mask]);
        }
        for (Spot *spot = self->spots; spot < last; spot++) {
            if (spot->word) count_row(each, spot->word->row, &spot->word->count);
            Pair *pair = spot->key ? find_pair(each, spot->key) : NULL;
            if (!pair || !pair->key) continue;
            fetch_row(each, pair->row);
            count_row(each, pair->row, &pair->count);
        }
    }
    add_up(self, out);
    return last > self->spots;
}

/* Keep a sentence, without the blanks around it, where it has a word. */
static void
append(Scorer *self, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    while (start < end && (kind_of(at(text, start)) & BLANK)) start++;
    while (end > start && (kind_of(at(text, end - 1)) & BLANK)) end--;
    if (!score_sentence(self, text, start, end, self->scores + self->sentences * self->columns)) return;
    self->spans[2 * self->sentences] = start;
    self->spans[2 * self->sentences++ + 1] = end;
}

/* A run of stops or breaks is passed over whole, whether it ends a sentence or not, so that the time is linear in the text. */
static void
read_text(Scorer *self, const Text *text, Py_ssize_t limit)
{
    Py_ssize_t start = 0;
    for (Py_ssize_t i = 0, next; i < text->length; i = next) {
        int kind = kind_of(at(text, i)), same = kind & (STOP | BREAK);
        next = same ? run_end(text, i, same) : i + 1;
        int ends = same ? same == BREAK || (kind_at(text, next) & BLANK)
                        : (kind & DASH) && (kind_at(text, i - 1) & kind_at(text, i + 1) & BLANK);
        if (!ends) continue;
        append(self, text, start, next);
        start = next;
        if (self->sentences >= limit) break;
    }
    if (self->sentences < limit) append(self, text, start, text->length);
    else if (self->beside) score_sentence(self, text, start, text->length, self->scores + self->sentences * self->columns);
}

/* Make room for the words of a text and so many sentences, in place of that of the text before; -1 with an error. */
static int
make_room(Scorer *self, const Text *text, Py_ssize_t sentences)
{
    Py_ssize_t words = text->length / 3 + 2; /* of two letters, a blank between them; and one sentence without any */
    sentences = sentences < 1 ? 1 : sentences < words ? sentences : words;
    Py_ssize_t spots = words * sizeof(Spot), seen = 2 * words * sizeof(Seen), spans = 2 * sentences * sizeof(int64_t);
    PyMem_Free(self->room);
    self->sentences = 0;
    self->room = PyMem_Malloc(spots + seen + spans + sentences * (self->columns + 1) * sizeof(double));
    if (!self->room) return PyErr_NoMemory(), -1;
    self->spots = self->room;
    self->seen = (Seen *)((char *)self->room + spots);
    self->spans = (int64_t *)((char *)self->seen + seen);
    self->scores = (double *)((char *)self->spans + spans);
    return 0;
}

static PyObject *
Scorer_read(Scorer *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t limit, size = sizeof(double);
    Scorer *beside = NULL;
    if (!made(self->intercepts) || !PyArg_ParseTuple(args, "Un|O!", &source, &limit, Py_TYPE(self), &beside)) return NULL;
    Text text = text_of(source);
    if (beside == self) return PyErr_Format(PyExc_ValueError, "beside itself nothing can be read");
    if (beside && (!made(beside->intercepts) || make_room(beside, &text, 1) < 0)) return NULL;
    if (make_room(self, &text, limit < text.length ? limit + 1 : limit) < 0) return NULL;
    if ((self->beside = beside)) beside->last_seen = beside->seen, beside->before = NULL;
    read_text(self, &text, limit);
    self->beside = NULL;
    if (beside) add_up(beside, beside->scores);
    return Py_BuildValue("ny#y#y#", self->sentences, (char *)self->spans, self->sentences * (Py_ssize_t)(2 * sizeof(int64_t)),
                         (char *)self->scores, self->sentences * self->columns * size, (char *)(beside ? beside->scores : NULL),
                         beside ? beside->columns * size : 0);
}

static PyObject *
Scorer_score(Scorer *self, PyObject *source)
{
    if (!made(self->intercepts)) return NULL;
    if (!PyUnicode_Check(source)) return PyErr_Format(PyExc_TypeError, "score takes a text");
    Text text = text_of(source);
    if (make_room(self, &text, 1) < 0) return NULL;
    score_sentence(self, &text, 0, text.length, self->scores);
    return PyBytes_FromStringAndSize((char *)self->scores, self->columns * (Py_ssize_t)sizeof(double));
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

enum { TOP = 4, MOST = 256 }; /* values that are kept of the greatest; columns of shares */

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

/* assess(scores, cues, (families, graded, not_duty, thresholds), (least_share, spare, least_weight, counts, sure), slopes, offset)
 *
 * -> (figures, families, nearest, amount, manages, sums): the sentences as two buffers of bytes, and the scores of the document model;
 * rung.text.document says what each is. `cues` are the features of the cues, which come after those of the sentences. */
static PyObject *
assess(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *view, *cues, *slopes, *offset;
    Py_ssize_t view_size, cues_size, slopes_size, offset_size, families, graded, not_duty, thresholds;
    double least_share, half, least_weight, counts, sure;
    if (!PyArg_ParseTuple(args, "y#y#(nnnn)(ddddd)y#y#", &view, &view_size, &cues, &cues_size, &families, &graded, &not_duty, &thresholds,
                          &least_share, &half, &least_weight, &counts, &sure, &slopes, &slopes_size, &offset, &offset_size)) {
        return NULL;
    }
    Py_ssize_t columns = families + thresholds + 3, outputs = thresholds + 2, size = sizeof(double);
    Py_ssize_t row = columns > 0 ? columns * size : 1, n = view_size / row, before_cues = FEATURES + thresholds;
    int fit = families >= 3 && thresholds >= 1 && n >= 1 && view_size == n * row && graded >= 0 && graded < families && not_duty >= 0 &&
              not_duty < families && offset_size == outputs * size && slopes_size == (before_cues * size + cues_size) * outputs;
    if (!fit) return PyErr_Format(PyExc_ValueError, "these are no scores of sentences, or they are not of this model");
    PyObject *readings = PyBytes_FromStringAndSize(NULL, 4 * n * size), *found = NULL;
    PyObject *family = PyBytes_FromStringAndSize(NULL, n * (Py_ssize_t)sizeof(int64_t));
    PyObject *sums = PyBytes_FromStringAndSize(offset, offset_size);
    double *room = PyMem_Calloc(3 * families + thresholds + before_cues + cues_size / size, size);
    if (!readings || !family || !sums || !room) {
        PyErr_NoMemory();
        goto done;
    }
    double *duty = (double *)PyBytes_AS_STRING(readings), *own = duty + n, *manages = own + n, *level = manages + n;
    int64_t *likeliest = (int64_t *)PyBytes_AS_STRING(family);
    double *shares = room, *totals = shares + families, *means = totals + families, *levels = means + families;
    double *features = levels + thresholds, *sum = (double *)PyBytes_AS_STRING(sums);
    double duties = 0.0, owns = 0.0, odds = 0.0, managed = 0.0, weights = 0.0, first = 0.0, people[3];
    Top most_own = {.count = 0}, most_managing = most_own, highest = most_own, lowest = most_own;
    for (Py_ssize_t i = 0; i < n; i++) {
        const double *scores = (const double *)view + i * columns;
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
    memcpy(features + before_cues, cues, cues_size);
    for (Py_ssize_t i = 0; i < before_cues + cues_size / size; i++) {
        const double *slope = (const double *)slopes + i * outputs;
        for (Py_ssize_t output = 0; output < outputs; output++) sum[output] += features[i] * slope[output];
    }
    found = Py_BuildValue("(OOnddO)", readings, family, nearest, duties, mean_of(&most_managing, 1), sums);
done:
    PyMem_Free(room);
    Py_XDECREF(readings);
    Py_XDECREF(family);
    Py_XDECREF(sums);
    return found;
}

/* mean_shares(scores, columns): the mean over the rows of the softmax of each: bytes of float64, one a column. */
static PyObject *
mean_shares(PyObject *Py_UNUSED(module), PyObject *args)
{
    const double *scores;
    Py_ssize_t size, columns;
    if (!PyArg_ParseTuple(args, "y#n", &scores, &size, &columns)) return NULL;
    Py_ssize_t rows = columns > 0 && columns <= MOST ? size / columns / (Py_ssize_t)sizeof(double) : 0;
    int fit = rows >= 1 && size == rows * columns * (Py_ssize_t)sizeof(double);
    if (!fit) return PyErr_Format(PyExc_ValueError, "these are no rows of scores");
    PyObject *found = PyBytes_FromStringAndSize(NULL, columns * sizeof(double));
    if (!found) return NULL;
    double shares[MOST], *means = memset(PyBytes_AS_STRING(found), 0, columns * sizeof(double));
    for (Py_ssize_t i = 0; i < rows; i++) {
        softmax(scores + i * columns, columns, shares);
        for (Py_ssize_t column = 0; column < columns; column++) means[column] += shares[column] / rows;
    }
    return found;
}

/* sum_rows(rows, idf, weights, scales): the idf of some rows, together of length one, times their weights: bytes of float64, one a
 * column. `rows` are bytes of int32, `idf` of float32, `weights` of int8, row by row; `scales` of float64, one a column. */
static PyObject *
sum_rows(PyObject *Py_UNUSED(module), PyObject *args)
{
    const int32_t *rows;
    const float *idf;
    const int8_t *weights;
    const double *scales;
    Py_ssize_t count, terms, size, columns;
    if (!PyArg_ParseTuple(args, "y#y#y#y#", &rows, &count, &idf, &terms, &weights, &size, &scales, &columns)) return NULL;
    count /= sizeof *rows, terms /= sizeof *idf, columns /= sizeof *scales;
    int fit = terms * columns == size;
    for (Py_ssize_t i = 0; fit && i < count; i++) fit = rows[i] >= 0 && rows[i] < terms;
    if (!fit) return PyErr_Format(PyExc_ValueError, "these are no rows of these weights");
    PyObject *found = PyBytes_FromStringAndSize(NULL, columns * sizeof(double));
    if (!found) return NULL;
    double *sums = memset(PyBytes_AS_STRING(found), 0, columns * sizeof(double)), squares = 0.0;
    for (Py_ssize_t i = 0; i < count; i++) {
        double value = idf[rows[i]];
        squares += value * value;
        for (Py_ssize_t column = 0; column < columns; column++) sums[column] += value * weights[rows[i] * columns + column];
    }
    for (Py_ssize_t column = 0; count && column < columns; column++) sums[column] *= scales[column] / sqrt(squares);
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

/* Patterns over words: a text is one letter a word, a pattern a program that tries its ways in order of preference.
 * rung/text/programs.py writes the programs and says what each part means; steps lead to lower ones only, so each match ends.
 */
enum { IN, FORK, OPEN, CLOSE, DONE, ONE, STEPS };
enum { SETS, ROWS, NEEDS, CODE, BEGINS, OFFSETS, STARTS, REQUIRED, NEEDED, ENDS, PARTS };
enum { NEAR = 12, SPELLINGS = 32768 };

typedef struct {
    int32_t what, operand, next, need;
} Step;

typedef struct {
    uint64_t letters, within;
} Need;

typedef struct {
    int32_t pattern, step, need; /* four times the need, and whether a capture began (1) and ended (2) */
} Start;

/* The letter of a short token as it is written, with zeros behind. */
typedef struct {
    unsigned char near[NEAR];
    Py_UCS4 letter;
} Spelling;

typedef struct {
    PyObject_HEAD
    Py_ssize_t width, stride, groups, patterns, farthest;
    Py_UCS4 base;
    PyObject *args, *known; /* what it was made of, kept since all below lies there */
    const unsigned char *sets; /* for each kind of letters a bit for each set; `rows` has the kind of each letter */
    const Need *needs;
    const Step *code;
    const int32_t *rows, *begins, *offsets, *required, *needed, *ends;
    const Start *starts; /* for each kind of letters and each group a list; `begins` has the kind of each letter */
    Spelling *spellings; /* those met last */
    int64_t *behind;     /* where the last match of a pattern ended; places count on from text to text, so that none is reset */
    int64_t place;       /* of the first letter of the text */
} Words;

/* The letters of a text, as numbers and as bits; without a bit are those that no pattern knows, and what is behind the end. */
typedef struct {
    uint64_t *bits;
    Py_UCS4 *letters;
    unsigned char *seen; /* which letters occur */
} Line;

typedef struct {
    Py_ssize_t end, open, close;
} Way;

/* The letter of a token, asked of `known` unless it is short, of Latin-1 and met of late; 0 with an error. */
static Py_UCS4
letter_of(const Words *self, PyObject *source, const Text *text, Py_ssize_t start, Py_ssize_t end)
{
    Spelling spelling = {.letter = 0}, *met = NULL;
    uint64_t hash = HASH_START;
    Py_ssize_t i = start;
    for (; i < end && i - start < NEAR && at(text, i) < 256; i++) {
        spelling.near[i - start] = (unsigned char)at(text, i);
        hash = HASH_STEP(hash, at(text, i));
    }
    if (i == end) met = &self->spellings[mixed(hash) % SPELLINGS];
    if (met && met->letter && !memcmp(met->near, spelling.near, NEAR)) return met->letter;
    PyObject *word = PyUnicode_Substring(source, start, end), *letter = word ? PyObject_GetItem(self->known, word) : NULL;
    if (letter && PyUnicode_Check(letter) && PyUnicode_GET_LENGTH(letter) == 1) spelling.letter = PyUnicode_READ_CHAR(letter, 0);
    else if (letter) PyErr_SetString(PyExc_TypeError, "a token must have one letter");
    Py_XDECREF(word);
    Py_XDECREF(letter);
    if (met && spelling.letter) *met = spelling;
    return spelling.letter;
}

static PyObject *
Words_tokens(Words *self, PyObject *source)
{
    if (!made(self->spellings)) return NULL;
    if (!PyUnicode_Check(source)) return PyErr_Format(PyExc_TypeError, "tokens takes a text");
    Text text = text_of(source);
    if (text.length > INT32_MAX) return PyErr_Format(PyExc_ValueError, "the text is too long");
    PyObject *found = NULL;
    Py_ssize_t count = 0;
    int32_t *spans = PyMem_Malloc((text.length + 1) * (2 * sizeof(int32_t) + sizeof(Py_UCS4)));
    Py_UCS4 *letters = (Py_UCS4 *)(spans + 2 * (text.length + 1));
    if (!spans) return PyErr_NoMemory();
    for (Py_ssize_t i = 0, end; i < text.length; i = end) {
        if ((end = token_end(&text, i)) == i) {
            end++;
            continue;
        }
        if (!(letters[count] = letter_of(self, source, &text, i, end))) goto done;
        spans[2 * count] = (int32_t)i;
        spans[2 * count++ + 1] = (int32_t)end;
    }
    found = Py_BuildValue("(Ny#)", PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, letters, count), (const char *)spans,
                          count * (Py_ssize_t)(2 * sizeof(int32_t)));
done:
    PyMem_Free(spans);
    return found;
}

/* Whether what a step needs may follow: `bits` are those of the next token and of those behind it. */
static inline int
may_follow(const Need *need, const uint64_t *bits)
{
    uint64_t i = 0;
    while (i < need->within && !(bits[i] & need->letters)) i++;
    return i < need->within || !need->within;
}

#define IN_SET(self, letter, set) ((self)->sets[(self)->rows[letter] * (self)->stride + (set) / 8] >> (set) % 8 & 1)

/* Whether a program matches from a letter on; `way` says to where, and what is captured. */
static int
words_match(const Words *self, const Line *line, const Step *step, Py_ssize_t i, Way *way)
{
    for (;; step = self->code + step->next) {
        while (step->what == FORK) {
            const Step *preferred = self->code + step->next;
            Way saved = *way;
            if (may_follow(&self->needs[step->need], line->bits + i) && words_match(self, line, preferred, i, way)) return 1;
            *way = saved;
            step = self->code + step->operand;
        }
        if (step->what == DONE) break;
        if (step->what == OPEN) way->open = i;
        else if (step->what == CLOSE) way->close = i;
        else if (!line->bits[i]) return 0;
        else if (step->what == ONE ? line->letters[i] != (Py_UCS4)step->operand : !IN_SET(self, line->letters[i], step->operand)) return 0;
        else i++;
    }
    way->end = i;
    return 1;
}

/* Whether a text has a letter for each word that a pattern requires; the last letter of each word is odd. */
static int
has_required(const Words *self, const Line *line, int32_t pattern)
{
    for (int32_t i = self->ends[pattern]; i < self->ends[pattern + 1]; i++) {
        const int32_t *letter = self->required + self->needed[i];
        while (!line->seen[*letter / 2])
            if (*letter++ & 1) return 0;
    }
    return 1;
}

/* Whether every so many of some numbers lie between nought and before `most`. */
static int
below(const int32_t *numbers, Py_ssize_t count, Py_ssize_t apart, Py_ssize_t most)
{
    for (Py_ssize_t i = 0; i < count; i += apart)
        if (numbers[i] < 0 || numbers[i] >= most) return 0;
    return 1;
}

/* Whether no part leads out of another, and each step to lower ones; `sizes` are those of the parts in bytes. */
static int
words_fit(Words *self, Py_ssize_t kinds, const Py_ssize_t *sizes)
{
    Py_ssize_t steps = sizes[CODE] / sizeof(Step), needs = sizes[NEEDS] / sizeof(Need), starts = sizes[STARTS] / sizeof(Start);
    Py_ssize_t slots = sizes[OFFSETS] / 4, required = sizes[REQUIRED] / 4, needed = sizes[NEEDED] / 4, ends = sizes[ENDS] / 4;
    if (self->width < 1 || kinds < 1 || ends < 1 || slots < 1 || self->groups < 1 || (slots - 1) % self->groups) return 0;
    self->patterns = ends - 1;
    self->stride = sizes[SETS] / kinds;
    int fit = sizes[ROWS] == 4 * self->width && below(self->rows, self->width, 1, kinds) && sizes[BEGINS] == 4 * self->width &&
              below(self->begins, self->width, 1, (slots - 1) / self->groups) && below(self->offsets, slots, 1, starts + 1) &&
              below(self->ends, ends, 1, needed + 1) && below(self->needed, needed, 1, required) &&
              below(self->required, required, 1, 2 * self->width) && (!required || self->required[required - 1] & 1) && below(&self->starts->pattern, 3 * starts, 3, self->patterns) &&
              below(&self->starts->step, 3 * starts, 3, steps) && below(&self->starts->need, 3 * starts, 3, 4 * needs) &&
              below(&self->code->what, 4 * steps, 4, STEPS) && below(&self->code->need, 4 * steps, 4, needs);
    for (Py_ssize_t i = 0; fit && i < steps; i++) {
        const Step *step = &self->code[i];
        Py_ssize_t most = step->what == IN ? 8 * self->stride : step->what == ONE ? self->width : step->what == FORK ? i : INT32_MAX;
        fit = below(&step->operand, 1, 1, most) && (step->what == DONE ? i == 0 : below(&step->next, 1, 1, i));
    }
    for (Py_ssize_t i = 0; fit && i < needs; i++) {
        fit = self->needs[i].within <= INT16_MAX;
        if (fit && self->farthest < (Py_ssize_t)self->needs[i].within) self->farthest = (Py_ssize_t)self->needs[i].within;
    }
    return fit;
}

static int
Words_init(Words *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    int base;
    Py_ssize_t kinds, sizes[PARTS];
    if (self->args) return PyErr_SetString(PyExc_TypeError, "a Words is made once"), -1;
    if (!PyArg_ParseTuple(args, "innnOy#y#y#y#y#y#y#y#y#y#", &base, &self->width, &kinds, &self->groups, &self->known, &self->sets,
                          &sizes[SETS], &self->rows, &sizes[ROWS], &self->needs, &sizes[NEEDS], &self->code, &sizes[CODE],
                          &self->begins, &sizes[BEGINS], &self->offsets, &sizes[OFFSETS], &self->starts, &sizes[STARTS],
                          &self->required, &sizes[REQUIRED], &self->needed, &sizes[NEEDED], &self->ends, &sizes[ENDS])) {
        return -1;
    }
    self->args = Py_NewRef(args);
    self->base = (Py_UCS4)base;
    self->place = 1;
    if (!words_fit(self, kinds, sizes)) return PyErr_SetString(PyExc_ValueError, "these are no programs of patterns over words"), -1;
    self->behind = PyMem_Calloc(self->patterns + 1, sizeof(int64_t));
    self->spellings = self->behind ? PyMem_Calloc(SPELLINGS, sizeof(Spelling)) : NULL;
    return self->spellings ? 0 : (PyErr_NoMemory(), -1);
}

static void
Words_dealloc(Words *self)
{
    Py_XDECREF(self->args);
    PyMem_Free(self->behind);
    PyMem_Free(self->spellings);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
Words_find(Words *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t group, first, end;
    if (!made(self->spellings) || !PyArg_ParseTuple(args, "Unnn", &source, &group, &first, &end)) return NULL;
    Text text = text_of(source);
    if (group < 0 || group >= self->groups || first < 0) return PyErr_Format(PyExc_ValueError, "there is no such group or place");
    if (end > text.length) end = text.length;
    PyObject *found = PyList_New(0);
    if (!found || first >= end) return found;
    Py_ssize_t bits = end + self->farthest + 1;
    Line line = {PyMem_Malloc(bits * sizeof(uint64_t) + end * sizeof(Py_UCS4) + self->width), NULL, NULL};
    if (!line.bits) return Py_DECREF(found), PyErr_NoMemory();
    line.letters = (Py_UCS4 *)(line.bits + bits);
    line.seen = (unsigned char *)(line.letters + end);
    memset(line.bits + end, 0, (bits - end) * sizeof(uint64_t));
    memset(line.seen, 0, self->width);
    for (Py_ssize_t i = first; i < end; i++) {
        Py_UCS4 letter = line.letters[i] = at(&text, i) - self->base;
        int known = letter < (Py_UCS4)self->width;
        line.bits[i] = known ? (uint64_t)1 << letter % 64 : 0;
        if (known) line.seen[letter] = 1;
    }
    for (Py_ssize_t i = first; found && i < end; i++) {
        if (!line.bits[i]) continue;
        const int32_t *slot = &self->offsets[self->begins[line.letters[i]] * self->groups + group];
        for (const Start *start = self->starts + slot[0], *last = self->starts + slot[1]; found && start < last; start++) {
            if (!may_follow(&self->needs[start->need / 4], line.bits + i + 1)) continue;
            int64_t *behind = &self->behind[start->pattern];
            if (*behind < self->place) *behind = self->place + (has_required(self, &line, start->pattern) ? 0 : end);
            Way way = {-1, start->need & 3 ? i : -1, start->need & 2 ? i : -1};
            if (self->place + i < *behind || !words_match(self, &line, self->code + start->step, i + 1, &way)) continue;
            *behind = self->place + way.end;
            PyObject *match = Py_BuildValue("(inn(nn))", start->pattern, i, way.end, way.open, way.close);
            if (!match || PyList_Append(found, match) < 0) Py_CLEAR(found);
            Py_XDECREF(match);
        }
    }
    self->place += end + 1;
    PyMem_Free(line.bits);
    return found;
}

static PyMethodDef Words_methods[] = {
    {"tokens", (PyCFunction)Words_tokens, METH_O, "tokens(text): one letter a token, and where each starts and ends (int32)."},
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
    {"mean_shares", mean_shares, METH_VARARGS, "The mean probabilities of rows of scores."},
    {"sum_rows", sum_rows, METH_VARARGS, "Rows of a linear model, their idf of length one."},
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
    PyObject *kernel = PyModule_Create(&module);
    if (kernel && PyModule_AddIntConstant(kernel, "REVISION", REVISION) < 0) Py_CLEAR(kernel);
    if (kernel && (PyModule_AddType(kernel, &ScorerType) < 0 || PyModule_AddType(kernel, &WordsType) < 0)) Py_CLEAR(kernel);
    return kernel;
}
