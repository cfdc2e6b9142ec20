#include "xmpp/occupant_id.hpp"

#include "base/hmac.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

std::string make_occupant_id(std::string_view key, std::string_view domain, std::string_view identity) {
  std::string text{"occupant-id "};  // the same key has other uses
  text.append(domain).append(1, '\n').append(identity);
  const auto digest = hmac_sha256(key, text);
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id;
  unsigned buffer = 0;
  int bits = 0;
  for (std::size_t i = 0; i < 16; ++i) {
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
