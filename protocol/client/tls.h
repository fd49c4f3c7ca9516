#ifndef BRANCHLINE_TLS_H
#define BRANCHLINE_TLS_H

#include "line.h"

#include <openssl/ssl.h>

/* How the hub is known (section 2.2): by its authority, or, before joining, by the authority's fingerprint. */
struct trust {
    X509 *authority;
    const uint8_t *fingerprint;
};

EVP_PKEY *key_make(void);
EVP_PKEY *key_load(const char *path);
/* For nobody else to read. */
void key_save(EVP_PKEY *key, const char *path);
X509 *certificate_self_signed(EVP_PKEY *key);
X509 *certificate_load(const char *path);
/* NULL if it is not exactly one certificate in PEM. */
X509 *certificate_read(struct view pem);
bool certificate_has_fingerprint(X509 *certificate, const uint8_t fingerprint[HASH_BYTES]);
/* NULL, or why this is not `node`'s certificate on `key` by `authority`. */
const char *certificate_problem(X509 *certificate, EVP_PKEY *key, X509 *authority, uint64_t node);

/* TLS 1.3 only, no tickets. `trust` has to outlive it. */
SSL_CTX *tls_context(EVP_PKEY *key, X509 *certificate, const struct trust *trust);
/* What OpenSSL last complained of. */
const char *tls_complaint(void);

#endif
