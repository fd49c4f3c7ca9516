#ifndef OPENSSL_FUNCTIONS_H
#define OPENSSL_FUNCTIONS_H

#include <stdbool.h>

/// The few functions of OpenSSL 3 that the twin needs, looked up when it runs: a shop's machine needs no OpenSSL.
struct openssl {
    const void *(*TLS_method)(void);
    void *(*SSL_CTX_new)(const void *method);
    void (*SSL_CTX_free)(void *context);
    long (*SSL_CTX_ctrl)(void *context, int command, long number, void *pointer);
    int (*SSL_CTX_set_ciphersuites)(void *context, const char *suites);
    int (*SSL_CTX_set_num_tickets)(void *context, size_t count);
    int (*SSL_CTX_use_certificate_chain_file)(void *context, const char *path);
    int (*SSL_CTX_use_PrivateKey_file)(void *context, const char *path, int type);
    int (*SSL_CTX_load_verify_locations)(void *context, const char *file, const char *folder);
    void (*SSL_CTX_set_verify)(void *context, int mode, void *callback);
    void *(*SSL_new)(void *context);
    void (*SSL_free)(void *session);
    int (*SSL_set_fd)(void *session, int descriptor);
    int (*SSL_connect)(void *session);
    int (*SSL_accept)(void *session);
    int (*SSL_read)(void *session, void *bytes, int count);
    int (*SSL_write)(void *session, const void *bytes, int count);
};

/// The macros of openssl/ssl.h, as numbers; they are part of its binary interface.
enum {
    openssl_min_version_command = 123,
    openssl_tls_1_3 = 0x0304,
    openssl_pem_file = 1,
    openssl_verify_both = 3,
};

/// False where this machine has no OpenSSL 3. What is loaded stays loaded.
bool openssl_load(struct openssl *openssl);

#endif
