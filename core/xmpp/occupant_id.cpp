#include "xmpp/occupant_id.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

std::string make_occupant_id(std::string_view key, std::string_view domain, std::string_view identity) {
  std::string text{"occupant-id "};  // the same key has other uses
  text.append(domain).append(1, '\n').append(identity);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest, &size);
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id;
  unsigned buffer = 0;
  int bits = 0;
  for (int i = 0; i < 16; ++i) {
    buffer = buffer << 8 | digest[i];
    for (bits += 8; bits >= 6; bits -= 6) id += alphabet[buffer >> (bits - 6) & 63];
    buffer &= (1u << bits) - 1;
  }
  id += alphabet[buffer << (6 - bits) & 63];
  return id;
}

void write_occupant_id(Writer& writer, std::string_view id) {
  writer.open("occupant-id", ns::occupant_id);
  writer.attribute("id", id);
  writer.close();
}

}  // namespace dragoman::xmpp
