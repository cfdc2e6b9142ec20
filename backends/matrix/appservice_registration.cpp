#include "backends/matrix/appservice_registration.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "base/text.hpp"
#include "store/files.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t token_bytes = 32;

std::string yaml_text(std::string_view text) {
  std::string yaml = "'";
  for (const char c : text) yaml += c == '\'' ? "''" : std::string(1, c);
  return yaml + '\'';
}

/// The value of a line "key: value", without quotes and comment.
std::string read_scalar(std::string_view value) {
  value = text::trim(value);
  const char quote = value.empty() ? '\0' : value.front();
  if (quote == '"' || quote == '\'') {
    const std::size_t end = value.find(quote, 1);
    return end == std::string_view::npos ? std::string{} : std::string{value.substr(1, end - 1)};
  }
  if (const std::size_t comment = value.find(" #"); comment != std::string_view::npos) value = value.substr(0, comment);
  return std::string{text::trim(value)};
}

std::string top_level(std::string_view yaml, std::string_view key) {
  for (const std::string_view line : text::split(yaml, '\n')) {
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':')
      return read_scalar(line.substr(key.size() + 1));
  }
  return {};
}

Error registration_unreadable(const std::string& path, int number) {
  const Fault fault = number == ENOENT ? Fault::not_found : Fault::storage;
  return {fault, path + " cannot be read: " + std::strerror(number)};
}

}  // namespace

Registration make_registration(const std::string& id, const std::string& sender, Random& random) {
  Registration made;
  made.id = id;
  made.as_token = Secret<std::string>{random.hex(token_bytes)};
  made.hs_token = Secret<std::string>{random.hex(token_bytes)};
  made.sender = sender;
  return made;
}

std::string write_registration(const Registration& registration, const GhostNames& names,
                               const RegistrationFacts& facts) {
  const auto line = [](const char* key, const std::string& value) { return key + (": " + value) + '\n'; };
  const auto entry = [](const std::string& expression, bool exclusive) {
    return "    - regex: " + yaml_text(expression) + "\n      exclusive: " + (exclusive ? "true" : "false") + '\n';
  };
  const std::string ours = names.prefix() + ".*";
  std::string yaml = "# Made by dragoman. The homeserver reads it at its start (Synapse: app_service_config_files).\n";
  yaml += line("id", yaml_text(registration.id)) + line("url", yaml_text(facts.url));
  yaml += line("as_token", yaml_text(registration.as_token.reveal()));
  yaml += line("hs_token", yaml_text(registration.hs_token.reveal()));
  yaml += line("sender_localpart", yaml_text(registration.sender));
  yaml += "namespaces:\n  users:\n" + entry(names.expression('@', ours), true);
  if (facts.local_accounts) yaml += entry(names.expression('@', ".*"), false);
  yaml += "  aliases:\n" + entry(names.expression('#', ours), true) + "  rooms: []\n";
  yaml += line("rate_limited", "false") + line("protocols", "['xmpp']");
  // Version 1.13 of the specification, and what Synapse called it before.
  yaml += line("receive_ephemeral", "true") + line("de.sorunome.msc2409.push_ephemeral", "true");
  // Devices of ghosts without a login (version 1.17), under the name that Synapse looks for.
  yaml += line("io.element.msc4190", "true");
  return yaml;
}

Result<Registration> read_registration(std::string_view yaml) {
  Registration read;
  read.id = top_level(yaml, "id");
  read.as_token = Secret<std::string>{top_level(yaml, "as_token")};
  read.hs_token = Secret<std::string>{top_level(yaml, "hs_token")};
  read.sender = top_level(yaml, "sender_localpart");
  const char* missing = read.id.empty()         ? "id"
                        : read.as_token.empty() ? "as_token"
                        : read.hs_token.empty() ? "hs_token"
                        : read.sender.empty()   ? "sender_localpart"
                                                : nullptr;
  if (missing != nullptr) return failure(Fault::malformed, std::string{"a registration needs "} + missing);
  return read;
}

Result<Registration> load_registration(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return registration_unreadable(path, errno);
  if ((status.st_mode & S_IRWXO) != 0) {
    return failure(Fault::forbidden, path + " has secrets in it, and everybody may read it: chmod o= " + path);
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) return registration_unreadable(path, errno);
  const std::string yaml{std::istreambuf_iterator<char>{file}, {}};
  auto read = read_registration(yaml);
  if (!read) return failure(read.error().fault, path + ": " + read.error().text);
  return read;
}

Result<Registration> need_registration(const std::string& path, const std::string& id, const GhostNames& names,
                                       const RegistrationFacts& facts, Random& random) {
  auto there = load_registration(path);
  if (there || there.error().fault != Fault::not_found) return there;
  Registration made = make_registration(id, names.prefix() + "bot", random);
  const auto written = store::write_private(path, write_registration(made, names, facts), store::Owner::of_folder);
  if (!written) return written.error();
  return made;
}

}  // namespace dragoman::backends::matrix
