#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/address.hpp"
#include "net/connect.hpp"

namespace dragoman::net {

class Graveyard;
class IdentServer;
class Loop;

/// Who is behind which of our connections, for servers that ask (RFC 1413, identd). One table for the process; the
/// networks that want to be asked at the same place share a listener.
class Idents {
 public:
  /// What is asked about: a TCP connection, seen from here. IPv4-mapped addresses are the IPv4 ones.
  struct Link {
    std::string local_host, remote_host;
    std::uint16_t local_port = 0, remote_port = 0;
    auto operator<=>(const Link&) const = default;
  };
  static Link link_of(const Address& local, const Address& remote);

  explicit Idents(Loop& loop);
  ~Idents();
  Idents(const Idents&) = delete;
  Idents& operator=(const Idents&) = delete;

  void add(const Link& link, std::string name) { names_[link] = std::move(name); }
  void remove(const Link& link) { names_.erase(link); }
  /// Nothing: not one of ours.
  const std::string* find(const Link& link) const;

  /// Answers there until close() was called as often. Faults as Listener::open.
  Result<void> listen(const Endpoint& endpoint);
  /// The last one's connections are finished by `graveyard`.
  void close(const Endpoint& endpoint, Graveyard& graveyard);
  /// Where it listens: the port that was taken for port 0. For tests.
  std::uint16_t port_of(const Endpoint& endpoint) const;

 private:
  struct Place {
    std::unique_ptr<IdentServer> server;
    std::size_t users = 0;
  };

  Loop& loop_;
  std::map<Link, std::string> names_;
  std::map<std::string, Place> places_;
};

/// The answer to one line, with its CR LF; empty for what is no question at all: then the caller is left. `asked` has
/// the addresses of the asking connection.
/// RFC 1413 section 4: "6193, 6667" -> "6193, 6667 : USERID : UNIX : k3mbq7xa2\r\n", or "... : ERROR : NO-USER\r\n".
std::string answer_ident(const Idents& idents, std::string_view line, Idents::Link asked);

}  // namespace dragoman::net
