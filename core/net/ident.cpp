#include "net/ident.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "net/graveyard.hpp"
#include "net/ident_server.hpp"

namespace dragoman::net {

namespace {

/// A number with white space around it; nothing when it is none. Over 65535 it is 0, which no port is.
std::optional<std::uint16_t> read_port(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !digits) return std::nullopt;
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc{} ? port : std::uint16_t{0};
}

/// "::ffff:192.0.2.7" -> "192.0.2.7"
std::string plain_host(const Address& address) {
  std::string text = to_string(address);
  text.resize(text.rfind(':'));
  if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
  constexpr std::string_view mapped = "::ffff:";
  if (text.starts_with(mapped) && text.find('.') != std::string::npos) text.erase(0, mapped.size());
  return text;
}

}  // namespace

Idents::Idents(Loop& loop) : loop_(loop) {}
Idents::~Idents() = default;

Idents::Link Idents::link_of(const Address& local, const Address& remote) {
  return {plain_host(local), plain_host(remote), local.port(), remote.port()};
}

const std::string* Idents::find(const Link& link) const {
  const auto found = names_.find(link);
  return found == names_.end() ? nullptr : &found->second;
}

Result<void> Idents::listen(const Endpoint& endpoint) {
  const std::string where = to_string(endpoint);
  if (const auto found = places_.find(where); found != places_.end()) {
    ++found->second.users;
    return {};
  }
  auto opened = IdentServer::open(loop_, *this, endpoint);
  if (!opened) return opened.error();
  places_.emplace(where, Place{std::move(*opened), 1});
  return {};
}

void Idents::close(const Endpoint& endpoint, Graveyard& graveyard) {
  const auto found = places_.find(to_string(endpoint));
  if (found == places_.end() || --found->second.users > 0) return;
  std::unique_ptr<IdentServer> server = std::move(found->second.server);
  places_.erase(found);
  server->close();
  TaskGroup& tasks = server->tasks();
  graveyard.bury(std::move(server), tasks);
}

std::uint16_t Idents::port_of(const Endpoint& endpoint) const {
  const auto found = places_.find(to_string(endpoint));
  return found == places_.end() ? std::uint16_t{0} : found->second.server->port();
}

std::string answer_ident(const Idents& idents, std::string_view line, Idents::Link asked) {
  const auto comma = line.find(',');
  if (comma == std::string_view::npos) return {};
  const auto ours = read_port(line.substr(0, comma)), theirs = read_port(line.substr(comma + 1));
  if (!ours || !theirs) return {};
  const std::string ports{text::trim(line)};
  if (*ours == 0 || *theirs == 0) return ports + " : ERROR : INVALID-PORT\r\n";
  asked.local_port = *ours;
  asked.remote_port = *theirs;
  const std::string* name = idents.find(asked);
  return name == nullptr ? ports + " : ERROR : NO-USER\r\n" : ports + " : USERID : UNIX : " + *name + "\r\n";
}

}  // namespace dragoman::net
