/* SPDX-License-Identifier: MIT
 * Self-signed certificates; see certificate.h. */
#include "nginxbox/certificate.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#define DAY_S 86400L

static bool add_names(X509 *x)
{
  X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
                                            "IP:127.0.0.1,DNS:localhost");
  bool ok = san && X509_add_ext(x, san, -1);
  X509_EXTENSION_free(san);
  return ok;
}

static X509 *make(EVP_PKEY *key)
{
  X509 *x = X509_new();
  X509_NAME *name = x ? X509_get_subject_name(x) : NULL;
  if(!x)
    return NULL;
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), DAY_S);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             (const unsigned char *)"weir nginx", -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_set_pubkey(x, key);
  if(add_names(x) && X509_sign(x, key, EVP_sha256()) > 0)
    return x;
  X509_free(x);
  return NULL;
}

static FILE *create(const char *path)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  if(fd >= 0 && !f)
    close(fd);
  return f;
}

static bool write_both(const char *cert_path, const char *key_path, X509 *x,
                       EVP_PKEY *key)
{
  FILE *f = create(cert_path);
  bool ok = f && PEM_write_X509(f, x);
  if(f && fclose(f))
    ok = false;
  f = ok ? create(key_path) : NULL;
  ok = f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
  if(f && fclose(f))
    ok = false;
  return ok;
}

int certificate_make(const char *cert_path, const char *key_path, bool rsa,
                     struct err *e)
{
  EVP_PKEY *key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
  X509 *x = key ? make(key) : NULL;
  bool ok = x && write_both(cert_path, key_path, x, key);
  X509_free(x);
  EVP_PKEY_free(key);
  return ok ? 0
            : err_set(e, E_IO, "cannot make a certificate in %s", cert_path);
}
