#include <stddef.h>

#include "OpenSSL.h"

#include <dlfcn.h>
#include <string.h>

static bool find(void *library, const char *name, void *function) {
    void *symbol = dlsym(library, name);
    // POSIX has symbols and functions of one size, C does not let one be cast to the other.
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

#define FIND(name) find(library, #name, &openssl->name)

bool openssl_load(struct openssl *openssl) {
    void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    return library != NULL && FIND(TLS_method) && FIND(SSL_CTX_new) && FIND(SSL_CTX_free) && FIND(SSL_CTX_ctrl)
        && FIND(SSL_CTX_set_ciphersuites) && FIND(SSL_CTX_set_num_tickets)
        && FIND(SSL_CTX_use_certificate_chain_file) && FIND(SSL_CTX_use_PrivateKey_file)
        && FIND(SSL_CTX_load_verify_locations) && FIND(SSL_CTX_set_verify) && FIND(SSL_new) && FIND(SSL_free)
        && FIND(SSL_set_fd) && FIND(SSL_connect) && FIND(SSL_accept) && FIND(SSL_read) && FIND(SSL_write);
}
