#include "base/secret.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static uint8_t keys[SECRET_PURPOSES][SECRET_KEY_SIZE];
static crypto_auth_hmacsha256_state
    macs[SECRET_PURPOSES]; /* with the key taken in, which is half of a short text's work */
static sem_t password_turn;
static const char *const file_names[SECRET_PURPOSES] = {
    [SECRET_CHAIN] = "chain.key", [SECRET_ADDRESS] = "address.key", [SECRET_SESSION] = "session.key",
    [SECRET_RAW] = "raw.key",     [SECRET_FILE] = "file.key",       [SECRET_CONFIG] = "config.key",
};

/* What a new name in a folder needs to outlive a power failure. */
static bool sync_folder(const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

/* A new key is written beside its place and linked into it, so that two programs that start at once end
 * up with the same key and a crash leaves no half key. It is on the disk before anything is sealed with it. */
static enum rc make_key(const char *dir, const char *path) {
    uint8_t key[SECRET_KEY_SIZE];
    char fresh[4096];
    snprintf(fresh, sizeof fresh, "%s/.new-%ld", dir, (long)getpid());
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return RC_AWAY;
    secret_random(key, sizeof key);
    bool good = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (good && link(fresh, path) != 0 && errno != EEXIST)
        good = false;
    unlink(fresh);
    good = good && sync_folder(dir);
    sodium_memzero(key, sizeof key);
    return good ? RC_OK : errno == ENOSPC ? RC_FULL : RC_AWAY;
}

static enum rc load_key(struct arena *a, const char *dir, const char *name, uint8_t *key, const char **why) {
    char *path = arena_printf(a, "%s/%s", dir, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        enum rc rc = make_key(dir, path);
        if (rc != RC_OK) {
            *why = arena_printf(a, "cannot write %s (%s): give the user of kept the right to write there", path,
                                strerror(errno));
            return rc;
        }
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0) {
        *why = arena_printf(a, "cannot read %s (%s): it must belong to the user of kept", path, strerror(errno));
        return RC_AWAY;
    }
    struct stat st;
    bool open_to_others = fstat(fd, &st) == 0 && (st.st_mode & 077);
    ssize_t n = read(fd, key, SECRET_KEY_SIZE);
    close(fd);
    if (open_to_others) {
        *why = arena_printf(a, "%s can be read by others: chmod 600 %s", path, path);
        return RC_INVALID;
    }
    if (n != SECRET_KEY_SIZE) {
        *why = arena_printf(a, "%s is cut short: put it back from a backup", path);
        return RC_INVALID;
    }
    return RC_OK;
}

enum rc secret_load(struct arena *a, const char *data_dir, const char **why) {
    if (sodium_init() < 0)
        die("libsodium does not start");
    static bool turn_ready;
    if (!turn_ready) {
        sem_init(&password_turn, 0, 2);
        turn_ready = true;
    }
    char *dir = arena_printf(a, "%s/secrets", data_dir);
    bool new = mkdir(dir, 0700) == 0;
    if ((!new &&errno != EEXIST) || (new && !sync_folder(data_dir))) {
        *why = arena_printf(a, "cannot make %s: %s", dir, strerror(errno));
        return RC_AWAY;
    }
    for (int p = 0; p < SECRET_PURPOSES; p++) {
        enum rc rc = load_key(a, dir, file_names[p], keys[p], why);
        if (rc != RC_OK)
            return rc;
        crypto_auth_hmacsha256_init(&macs[p], keys[p], SECRET_KEY_SIZE);
    }
    return RC_OK;
}

void secret_random(void *to, size_t n) { randombytes_buf(to, n); }

void hmac_sha256(struct bytes key, struct bytes text, uint8_t mac[SECRET_MAC_SIZE]) {
    crypto_auth_hmacsha256_state st;
    crypto_auth_hmacsha256_init(&st, key.at, key.len);
    crypto_auth_hmacsha256_update(&st, text.at, text.len);
    crypto_auth_hmacsha256_final(&st, mac);
}

void secret_mac(enum secret_purpose p, struct bytes text, uint8_t mac[SECRET_MAC_SIZE]) {
    crypto_auth_hmacsha256_state st = macs[p];
    crypto_auth_hmacsha256_update(&st, text.at, text.len);
    crypto_auth_hmacsha256_final(&st, mac);
}

char *secret_tag(struct arena *a, enum secret_purpose p, const char *label, const char *text, int chars) {
    uint8_t mac[SECRET_MAC_SIZE];
    char *all = arena_printf(a, "%s:%s", label, text);
    secret_mac(p, (struct bytes){(const uint8_t *)all, strlen(all)}, mac);
    char *tag = base32(a, (struct bytes){mac, 20});
    tag[chars < 32 ? chars : 32] = 0;
    return tag;
}

bool secret_equal(const char *a, const char *b) {
    size_t n = strlen(a);
    return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

void secret_seal(enum secret_purpose p, struct bytes plain, struct bytes about, struct buf *out) {
    enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
    _Static_assert(NONCE + TAG == SECRET_SEAL_EXTRA, "what a seal adds");
    uint8_t *to = (uint8_t *)buf_reserve(out, plain.len + SECRET_SEAL_EXTRA);
    unsigned long long n;
    secret_random(to, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(to + NONCE, &n, plain.at, plain.len, about.at, about.len, NULL, to,
                                               keys[p]);
    out->len += NONCE + n;
    out->at[out->len] = 0;
}

enum rc secret_open(enum secret_purpose p, struct bytes sealed, struct bytes about, struct buf *out) {
    enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
    if (sealed.len < SECRET_SEAL_EXTRA)
        return RC_BROKEN;
    uint8_t *to = (uint8_t *)buf_reserve(out, sealed.len);
    unsigned long long n;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(to, &n, NULL, sealed.at + NONCE, sealed.len - NONCE, about.at,
                                                   about.len, sealed.at, keys[p]) != 0)
        return RC_BROKEN;
    out->len += n;
    out->at[out->len] = 0;
    return RC_OK;
}

void sha256(struct bytes in, uint8_t out[SHA256_SIZE]) { crypto_hash_sha256(out, in.at, in.len); }

char *base32(struct arena *a, struct bytes in) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    char *out = arena_alloc(a, in.len * 8 / 5 + 2), *to = out;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < in.len; i++) {
        bits = bits << 8 | in.at[i];
        for (have += 8; have >= 5; have -= 5)
            *to++ = letters[bits >> (have - 5) & 31];
    }
    if (have)
        *to++ = letters[bits << (5 - have) & 31];
    *to = 0;
    return out;
}

char *hex(struct arena *a, struct bytes in) {
    char *out = arena_alloc(a, in.len * 2 + 1);
    sodium_bin2hex(out, in.len * 2 + 1, in.at, in.len);
    return out;
}

char *base64(struct arena *a, struct bytes in) {
    size_t size = sodium_base64_encoded_len(in.len, sodium_base64_VARIANT_ORIGINAL);
    char *out = arena_alloc(a, size);
    sodium_bin2base64(out, size, in.at, in.len, sodium_base64_VARIANT_ORIGINAL);
    return out;
}

char *secret_password_hash(struct arena *a, const char *password) {
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
    sem_wait(&password_turn);
    int failed = crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                   crypto_pwhash_MEMLIMIT_INTERACTIVE);
    sem_post(&password_turn);
    if (failed)
        die("out of memory while hashing a password");
    return out;
}

bool secret_password_matches(const char *hash, const char *password) {
    sem_wait(&password_turn);
    bool same = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
    sem_post(&password_turn);
    return same;
}
