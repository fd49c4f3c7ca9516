#include "tls.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

enum { NEWCOMER_SECONDS = 365 * 24 * 3600, CLOCKS_DIFFER_SECONDS = 24 * 3600 };

const char *tls_complaint(void) {
    unsigned long error = ERR_peek_last_error();
    const char *reason = error == 0 ? NULL : ERR_reason_error_string(error);
    return reason == NULL ? "no reason is known" : reason;
}

static void *need(void *made, const char *what) {
    if (made == NULL) fail("%s: %s", what, tls_complaint());
    return made;
}

/* MARK: Keys and certificates */

EVP_PKEY *key_make(void) {
    return need(EVP_EC_gen("P-256"), "cannot make a key");
}

EVP_PKEY *key_load(const char *path) {
    BIO *file = need(BIO_new_file(path, "r"), path);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
    BIO_free(file);
    return need(key, path);
}

void key_save(EVP_PKEY *key, const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (descriptor < 0) fail("cannot write %s", path);
    BIO *file = need(BIO_new_fd(descriptor, BIO_NOCLOSE), path);
    bool written = PEM_write_bio_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 && fsync(descriptor) == 0;
    BIO_free(file);
    if (close(descriptor) != 0 || !written) fail("cannot write %s", path);
}

static void set_dates(X509 *certificate) {
    need(X509_gmtime_adj(X509_getm_notBefore(certificate), -CLOCKS_DIFFER_SECONDS), "cannot date a certificate");
    need(X509_gmtime_adj(X509_getm_notAfter(certificate), NEWCOMER_SECONDS), "cannot date a certificate");
}

static void set_serial(X509 *certificate) {
    uint64_t serial = 0;
    if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) fail("no random bytes");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (serial >> 1) | 1);
}

X509 *certificate_self_signed(EVP_PKEY *key) {
    X509 *certificate = need(X509_new(), "cannot make a certificate");
    X509_NAME *name = X509_get_subject_name(certificate);
    set_serial(certificate);
    set_dates(certificate);
    bool made = X509_set_version(certificate, 2) == 1
        && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"newcomer", -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1
        && X509_sign(certificate, key, EVP_sha256()) > 0;
    if (!made) fail("cannot make a certificate: %s", tls_complaint());
    return certificate;
}

X509 *certificate_load(const char *path) {
    BIO *file = need(BIO_new_file(path, "r"), path);
    X509 *certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);
    BIO_free(file);
    return need(certificate, path);
}

X509 *certificate_read(struct view pem) {
    if (pem.length == 0 || pem.length > LINE_BYTES_MAX) return NULL;
    BIO *memory = need(BIO_new_mem_buf(pem.bytes, (int)pem.length), "out of memory");
    X509 *certificate = PEM_read_bio_X509(memory, NULL, NULL, NULL);
    BIO_free(memory);
    return certificate;
}

bool certificate_has_fingerprint(X509 *certificate, const uint8_t fingerprint[HASH_BYTES]) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (X509_digest(certificate, EVP_sha256(), hash, &length) != 1 || length != HASH_BYTES) return false;
    return memcmp(hash, fingerprint, HASH_BYTES) == 0;
}

static bool is_named(X509 *certificate, uint64_t node) {
    char expected[32];
    char name[64];
    snprintf(expected, sizeof expected, "node-%" PRIu64, node);
    int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return length > 0 && strcmp(name, expected) == 0;
}

static bool is_signed_by(X509 *certificate, X509 *authority) {
    EVP_PKEY *signer = X509_get0_pubkey(authority);
    return signer != NULL && X509_verify(certificate, signer) == 1
        && X509_check_issued(authority, certificate) == X509_V_OK;
}

const char *certificate_problem(X509 *certificate, EVP_PKEY *key, X509 *authority, uint64_t node) {
    if (X509_check_private_key(certificate, key) != 1) return "it is on another key";
    if (!is_signed_by(certificate, authority)) return "another authority has signed it";
    return is_named(certificate, node) ? NULL : "it is for another node";
}

/* MARK: The hub's certificate */

static X509 *find_authority(const struct trust *trust, STACK_OF(X509) *presented) {
    if (trust->authority != NULL) return trust->authority;
    for (int index = 0; index < sk_X509_num(presented); index++) {
        X509 *candidate = sk_X509_value(presented, index);
        if (certificate_has_fingerprint(candidate, trust->fingerprint)) return candidate;
    }
    return NULL;
}

static bool is_for_servers(X509 *certificate) {
    bool says_so = (X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) != 0;
    return says_so && (X509_get_extended_key_usage(certificate) & XKU_SSL_SERVER) != 0;
}

/* Issued and signed by that authority, and in date: X509_V_OK or OpenSSL's reason. */
static int verify_under(X509 *authority, X509 *certificate) {
    X509_STORE *store = need(X509_STORE_new(), "out of memory");
    X509_STORE_CTX *check = need(X509_STORE_CTX_new(), "out of memory");
    int result = X509_V_ERR_UNSPECIFIED;
    if (X509_STORE_add_cert(store, authority) == 1 && X509_STORE_CTX_init(check, store, certificate, NULL) == 1
        && X509_STORE_CTX_set_purpose(check, X509_PURPOSE_SSL_SERVER) == 1) {
        result = X509_verify_cert(check) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(check);
    }
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    return result;
}

static int verify_hub(X509_STORE_CTX *context, void *argument) {
    const struct trust *trust = argument;
    X509 *certificate = X509_STORE_CTX_get0_cert(context);
    X509 *authority = find_authority(trust, X509_STORE_CTX_get0_untrusted(context));
    int result = X509_V_ERR_INVALID_PURPOSE;
    if (certificate == NULL || authority == NULL) result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
    else if (is_for_servers(certificate)) result = verify_under(authority, certificate);
    X509_STORE_CTX_set_error(context, result);
    return result == X509_V_OK;
}

SSL_CTX *tls_context(EVP_PKEY *key, X509 *certificate, const struct trust *trust) {
    SSL_CTX *context = need(SSL_CTX_new(TLS_client_method()), "cannot set up TLS");
    bool ready = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;
    if (!ready) fail("cannot set up TLS: %s", tls_complaint());
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify_hub, (void *)(uintptr_t)trust);
    return context;
}
