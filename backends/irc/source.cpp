#include "backends/irc/source.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

#include "base/hmac.hpp"

namespace dragoman::backends::irc {

namespace {

std::string source_hash(std::string_view key, std::string_view owner) {
  // Not the HMAC of the ident or of WEBIRC, of which it would give bits away.
  const auto hash = hmac_sha256(key, "source " + std::string{owner});
  return {hash.begin(), hash.end()};
}

std::string written(const std::string& bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

bool bit_of(const std::string& bytes, std::size_t bit) {
  return (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1) != 0;
}

void set_bit(std::string& bytes, std::size_t bit, bool on) {
  const auto mask = static_cast<unsigned char>(1U << (7 - bit % 8));
  const auto byte = static_cast<unsigned char>(bytes[bit / 8]);
  bytes[bit / 8] = static_cast<char>(on ? byte | mask : byte & ~mask);
}

/// The prefix, then bits of the hash.
std::string inside(std::string bytes, unsigned given, const std::string& hash) {
  const std::size_t all = bytes.size() * 8;
  bool some_on = false, some_off = false;
  for (std::size_t bit = given; bit < all; ++bit) {
    const bool on = bit_of(hash, bit - given);
    (on ? some_on : some_off) = true;
    set_bit(bytes, bit, on);
  }
  // All the same: the last one differs.
  if (given + 1 < all && (!some_on || !some_off)) set_bit(bytes, all - 1, !some_on);
  return bytes;
}

}  // namespace

Result<Sources> Sources::parse(const std::vector<std::string>& texts) {
  Sources sources;
  for (const std::string& text : texts) {
    const auto slash = text.find('/');
    const std::string address = text.substr(0, slash);
    const bool v6 = address.find(':') != std::string::npos;
    char bytes[16] = {};
    const unsigned all = v6 ? 128 : 32;
    unsigned bits = all;
    if (inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes) != 1) {
      return failure(Fault::malformed, '"' + text + "\" is no IP address and no prefix, as 2001:db8:1:2::/64 is one");
    }
    if (slash != std::string::npos) {
      const char *begin = text.data() + slash + 1, *end = text.data() + text.size();
      const auto read = std::from_chars(begin, end, bits);
      if (read.ec != std::errc{} || read.ptr != end || bits == 0 || bits > all) {
        return failure(Fault::malformed, '"' + text + "\": a prefix has 1 to " + std::to_string(all) + " bits");
      }
    }
    sources.pools_.push_back({std::string{bytes, all / 8}, bits});
  }
  return sources;
}

std::vector<net::SourceAddress> Sources::of(std::string_view key, std::string_view owner) const {
  std::vector<net::SourceAddress> found;
  const std::string hash = source_hash(key, owner);
  for (const std::size_t size : {std::size_t{4}, std::size_t{16}}) {
    std::vector<const Pool*> pools;
    for (const Pool& pool : pools_) {
      if (pool.bytes.size() == size) pools.push_back(&pool);
    }
    if (pools.empty()) continue;
    // The last bytes choose among several, the first ones fill the prefix.
    std::size_t choice = 0;
    for (std::size_t i = hash.size() - 4; i < hash.size(); ++i)
      choice = choice << 8 | static_cast<unsigned char>(hash[i]);
    const Pool& pool = *pools[choice % pools.size()];
    const bool is_prefix = pool.bits < size * 8;
    found.push_back({written(inside(pool.bytes, pool.bits, hash)), is_prefix});
  }
  return found;
}

}  // namespace dragoman::backends::irc
