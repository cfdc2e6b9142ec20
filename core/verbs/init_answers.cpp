#include "verbs/init_answers.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "store/files.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::verbs {

namespace {

constexpr std::uint16_t tls_port = 6697, plain_port = 6667, component_port = 5347;

Error refused(std::string text) { return failure(Fault::unacceptable, std::move(text)); }

std::string quoted_answer(std::string_view answer) {
  return "'" + text::without_controls(text::to_valid_utf8(answer), false) + "'";
}

std::string parent_of(std::string_view domain) {
  const auto dot = domain.find('.');
  return dot == std::string_view::npos ? std::string{} : std::string{domain.substr(dot + 1)};
}

std::string propose_kind(const Surroundings& around, const Answers&) {
  return around.has_ejabberd && !around.has_prosody ? "ejabberd" : "prosody";
}

Result<void> read_kind(std::string_view answer, Answers& answers) {
  if (text::ascii_iequals(answer, "prosody")) {
    answers.server = Answers::Server::prosody;
  } else if (text::ascii_iequals(answer, "ejabberd")) {
    answers.server = Answers::Server::ejabberd;
  } else {
    return refused(quoted_answer(answer) +
                   " is none of prosody and ejabberd. Another server that takes components (XEP-0114) works too: "
                   "answer prosody, and tell it domain and secret in its own way");
  }
  return {};
}

std::string propose_component_port(const Surroundings&, const Answers&) { return "127.0.0.1:5347"; }

Result<void> read_component_port(std::string_view answer, Answers& answers) {
  const auto endpoint = net::parse_endpoint(answer, component_port);
  if (!endpoint) return refused(endpoint.error().text + "; write host:port, such as 127.0.0.1:5347");
  if (endpoint->port == 5222 || endpoint->port == 5269) {
    return refused(std::to_string(endpoint->port) + " is the port of " +
                   (endpoint->port == 5222 ? "clients" : "other servers") +
                   "; components have their own, usually 5347");
  }
  answers.component_port = *endpoint;
  return {};
}

/// vps.example.org and example.org have irc.example.org; a machine without a domain tells nothing.
std::string propose_domain(const Surroundings& around, const Answers&) {
  const std::string& host = around.host_name;
  const auto dots = std::count(host.begin(), host.end(), '.');
  if (dots == 0) return {};
  return "irc." + (dots == 1 ? host : parent_of(host));
}

Result<void> read_domain(std::string_view answer, Answers& answers) {
  const auto jid = xmpp::Jid::parse(std::string{answer});
  if (!jid || !jid->is_domain()) {
    return refused(quoted_answer(answer) + " is no domain; write it like irc.example.org");
  }
  if (parent_of(jid->str()).empty()) {
    return refused(quoted_answer(answer) +
                   " has no dot. The gateway has a name of its own below that of your XMPP server: irc.example.org for "
                   "example.org");
  }
  answers.domain = jid->str();
  return {};
}

std::string propose_network(const Surroundings&, const Answers& so_far) {
  return so_far.domain.starts_with("matrix.") ? "matrix" : "irc";
}

Result<void> read_network(std::string_view answer, Answers& answers) {
  if (text::ascii_iequals(answer, "irc")) {
    answers.network = Answers::Network::irc;
  } else if (text::ascii_iequals(answer, "matrix")) {
    answers.network = Answers::Network::matrix;
  } else {
    return refused(quoted_answer(answer) + " is none of irc and matrix");
  }
  return {};
}

bool is_irc(const Answers& so_far) { return so_far.network == Answers::Network::irc; }
bool is_matrix(const Answers& so_far) { return so_far.network == Answers::Network::matrix; }

std::string propose_homeserver(const Surroundings&, const Answers&) { return "any"; }

Result<void> read_homeserver(std::string_view answer, Answers& answers) {
  if (text::ascii_iequals(answer, "any")) {
    answers.homeserver.clear();
    return {};
  }
  const bool is_url = answer.starts_with("https://") || answer.starts_with("http://");
  const bool is_named = !answer.empty() && answer.find_first_of(" \"'/@") == std::string_view::npos &&
                        answer.find("://") == std::string_view::npos;
  if (!is_url && !is_named) {
    return refused(quoted_answer(answer) +
                   " is no homeserver; write its name (matrix.org) or its URL (https://matrix.example.org), or any for "
                   "people of all homeservers");
  }
  answers.homeserver = answer;
  return {};
}

std::string propose_irc(const Surroundings&, const Answers&) { return "irc.libera.chat:6697"; }

Result<void> read_irc(std::string_view answer, Answers& answers) {
  std::string_view address = answer;
  const bool says_plain = address.starts_with("irc://"), says_tls = address.starts_with("ircs://");
  if (says_plain || says_tls) address.remove_prefix(says_plain ? 6 : 7);
  while (address.ends_with('/')) address.remove_suffix(1);
  const auto endpoint = net::parse_endpoint(address, says_plain ? plain_port : tls_port);
  if (!endpoint) return refused(endpoint.error().text + "; write host:port, such as irc.libera.chat:6697");
  if (!says_plain && !says_tls && endpoint->port == plain_port) {
    return refused("6667 is the port without TLS, where passwords go in the clear. Write " + endpoint->host +
                   ":6697 for TLS, or irc://" + net::to_string(*endpoint) + " if you mean it");
  }
  answers.irc = *endpoint;
  answers.irc_tls = !says_plain;
  return {};
}

std::string propose_allow(const Surroundings&, const Answers& so_far) { return parent_of(so_far.domain); }

Result<void> read_allow(std::string_view answer, Answers& answers) {
  std::vector<std::string> allow;
  std::string list{answer};
  std::replace(list.begin(), list.end(), ',', ' ');
  for (const std::string_view item : text::split(list, ' ')) {
    if (item.empty()) continue;
    if (item == "*") {
      allow.emplace_back(item);
      continue;
    }
    const auto jid = xmpp::Jid::parse(std::string{item});
    if (!jid || !jid->is_bare()) {
      return refused(quoted_answer(item) +
                     " is neither a domain (example.org) nor an address (alice@example.org); * lets everybody in");
    }
    allow.push_back(jid->str());
  }
  if (allow.empty()) return refused("nobody could use it: name domains or addresses");
  answers.allow = std::move(allow);
  return {};
}

std::string propose_database(const Surroundings& around, const Answers&) {
  return around.data_folder + "/" + around.stem + ".db";
}

/// The nearest folder that is there, for a path of which nothing else may be.
std::string nearest_folder(const std::string& path) {
  std::string folder = store::folder_of(path);
  while (folder.size() > 1 && ::access(folder.c_str(), F_OK) != 0) folder = store::folder_of(folder);
  return folder;
}

Result<void> read_database(std::string_view answer, Answers& answers) {
  const std::string path = std::filesystem::absolute(std::string{answer}).lexically_normal().string();
  struct stat status {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  if (path.ends_with('/') || (there && S_ISDIR(status.st_mode))) {
    return refused(quoted_answer(answer) + " is a folder; name a file in it, such as irc.db");
  }
  if (there && ::access((path + ".key").c_str(), F_OK) != 0) {
    return refused(path + " is a database, and its key " + path +
                   ".key is missing: put that back, or name a file that is not there");
  }
  const std::string folder = nearest_folder(path);
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return refused(folder + " is no folder");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return refused(folder + " may not be written to: name another place, or run this as root");
  }
  answers.database = path;
  return {};
}

constexpr Question question_table[] = {
    {1, "--server-kind", "Your XMPP server: prosody or ejabberd", propose_kind, read_kind},
    {1, "--server", "Where it listens for components (host:port)", propose_component_port, read_component_port},
    {2, "--domain", "Name of the gateway, below that of your XMPP server", propose_domain, read_domain},
    {3, "--network", "What it is a gateway to: irc or matrix", propose_network, read_network},
    {3, "--irc-server", "IRC server (host:port, with TLS)", propose_irc, read_irc, is_irc},
    {3, "--homeserver", "Whose Matrix accounts are used: a homeserver, or any", propose_homeserver, read_homeserver,
     is_matrix},
    {4, "--allow", "Who may use it: domains and addresses, with commas between them", propose_allow, read_allow},
    {5, "--data", "Where to keep messages and accounts (a file)", propose_database, read_database},
};

}  // namespace

std::span<const Question> questions() { return question_table; }

}  // namespace dragoman::verbs
