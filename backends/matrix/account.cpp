#include "backends/matrix/account.hpp"

#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/voices.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

/// A user id has at most 255 bytes; passwords may be longer.
constexpr std::size_t longest_name = 255, longest_secret = 4096;
constexpr const char* private_reads = "private_reads";
/// How somebody sees threads, and the choices.
constexpr const char* thread_view = "threads";
constexpr const char* as_usual = "usual";
constexpr const char* as_threads = "native";
constexpr const char* as_answers = "inline";

chat::Field account_field(chat::Field::Kind kind, std::string name, std::string label, std::string description) {
  chat::Field made;
  made.kind = kind;
  made.name = std::move(name);
  made.label = std::move(label);
  made.description = std::move(description);
  return made;
}

Result<std::string> read_line_of(const chat::Fields& answers, const char* name, std::size_t most) {
  std::string value{text::trim(answers.get(name))};
  const std::string at = std::string{name} + ": ";
  if (text::without_controls(value, false) != value) {
    return failure(Fault::unacceptable, at + "line breaks and control characters are not possible");
  }
  if (value.size() > most) return failure(Fault::unacceptable, at + "at most " + std::to_string(most) + " bytes");
  return value;
}

/// "alice:hs.tld" is a user id whose sign somebody has left out.
std::string as_username(std::string typed) {
  const bool has_server = !is_user_id(typed) && typed.find(':') != std::string::npos;
  return has_server ? '@' + typed : typed;
}

}  // namespace

chat::Field homeserver_field(const chat::Account& account, const Config& config) {
  auto field = account_field(chat::Field::Kind::text, "homeserver", "Homeserver",
                             config.homeserver.empty() ? "Like matrix.org; empty: as the user name says"
                                                       : "Like matrix.org; empty: " + config.homeserver);
  field.values = {account.settings.get("homeserver")};
  return field;
}

chat::Form account_form(const chat::Account& account, const Config& config) {
  using Kind = chat::Field::Kind;
  chat::Form form;
  form.title = "Matrix account";
  form.instructions =
      "Log in to your own Matrix account with its password. Other ways (single sign-on, a code for the browser, an "
      "access "
      "token): the command \"login\".";
  auto username = account_field(Kind::text, "username", "User name", "Like alice or @alice:matrix.org");
  username.values = {account.settings.get("username")};
  username.required = true;
  form.fields.push_back(std::move(username));
  form.fields.push_back(account_field(Kind::secret, "password", "Password", "Of the Matrix account; empty: unchanged"));
  if (config.any_homeserver) form.fields.push_back(homeserver_field(account, config));
  return form;
}

Result<void> read_homeserver(const chat::Fields& answers, bool needed, const Config& config, chat::Account& account) {
  if (answers.has("homeserver")) {
    const auto named = read_line_of(answers, "homeserver", longest_name);
    if (!named) return named.error();
    const bool other = !named->empty() && *named != config.homeserver;
    if (other && !config.any_homeserver) {
      return failure(Fault::unacceptable, "homeserver: this gateway is for accounts of " + config.homeserver);
    }
    account.settings.set("homeserver", other ? *named : std::string{});
  }
  if (needed && account.settings.get("homeserver").empty() && config.homeserver.empty()) {
    return failure(Fault::unacceptable, "homeserver: say which one, for example matrix.org");
  }
  return {};
}

Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account, const Config& config) {
  chat::Account merged = account;
  const auto username = read_line_of(answers, answers.get("username").empty() ? "nick" : "username", longest_name);
  if (!username) return username.error();
  const std::string& password = answers.get("password");
  if (password.size() > longest_secret) return failure(Fault::unacceptable, "password: it is too long");
  if (!username->empty()) merged.settings.set("username", as_username(*username));
  const std::string& name = merged.settings.get("username");
  if (name.empty()) return failure(Fault::unacceptable, "username: the name of your Matrix account is needed");
  if (name.front() == '@' && server_in(name).empty()) {
    return failure(Fault::unacceptable, "username: a whole user id has its server behind it, like @alice:matrix.org");
  }
  if (const auto read = read_homeserver(answers, !is_user_id(name), config, merged); !read) return read.error();
  const bool same = account.registered && name == account.settings.get("username") &&
                    merged.settings.get("homeserver") == account.settings.get("homeserver");
  if (password.empty() && !same) return failure(Fault::unacceptable, "password: the password of the account is needed");
  if (!password.empty()) merged.password = Secret<std::string>{password};
  if (!same) merged.nickname = name;
  merged.registered = true;
  return merged;
}

chat::Form ghost_form(const chat::Account& account) {
  chat::Form form;
  form.title = "On Matrix";
  form.instructions = "People on Matrix see you as one of them; you need no account there.";
  auto nick = account_field(chat::Field::Kind::text, "nick", "Name", "What you are called there");
  nick.values = {account.nickname};
  form.fields.push_back(std::move(nick));
  return form;
}

Result<chat::Account> read_ghost(const chat::Fields& answers, const chat::Account& account) {
  const auto nick = read_line_of(answers, "nick", longest_name);
  if (!nick) return nick.error();
  chat::Account merged = account;
  if (!nick->empty()) merged.nickname = *nick;
  if (merged.nickname.empty()) merged.nickname = account.owner.substr(0, account.owner.find('@'));
  merged.registered = true;
  return merged;
}

chat::Form settings_form(const chat::Account& account, const Config& config) {
  chat::Form form;
  form.fields.push_back(account_field(chat::Field::Kind::boolean, private_reads, "Only I see what I have read",
                                      "Else people on Matrix see how far you have read"));
  form.fields.back().values = {reads_privately(account) ? "1" : "0"};
  auto threads =
      account_field(chat::Field::Kind::choice, thread_view, "Threads",
                    "For clients that show none, what is said in a thread can stand in the room as an answer");
  const std::string usual = config.threads_inline ? "as answers in the room" : "as threads";
  threads.options = {{as_usual, "As is usual here: " + usual}, {as_threads, "As threads"}, {as_answers, "As answers"}};
  const std::string& chosen = account.part_settings.get(thread_view);
  threads.values = {chosen.empty() ? as_usual : chosen};
  form.fields.push_back(std::move(threads));
  return form;
}

Result<chat::Account> read_settings(const chat::Fields& answers, const chat::Account& account) {
  chat::Account merged = account;
  merged.part_settings.set(private_reads, answers.flag(private_reads) ? "1" : "");
  const std::string& chosen = answers.get(thread_view);
  if (!chosen.empty() && chosen != as_usual && chosen != as_threads && chosen != as_answers) {
    return failure(Fault::unacceptable, std::string{thread_view} + ": \"usual\", \"native\" or \"inline\"");
  }
  if (!chosen.empty()) merged.part_settings.set(thread_view, chosen == as_usual ? "" : chosen);
  return merged;
}

bool wants_threads_inline(const chat::Account& account, const Config& config) {
  const std::string& chosen = account.part_settings.get(thread_view);
  return chosen.empty() ? config.threads_inline : chosen == as_answers;
}

bool reads_privately(const chat::Account& account) { return account.part_settings.flag(private_reads); }

HomeserverName homeserver_name(const chat::Account& account, const Config& config) {
  const std::string& named = account.settings.get("homeserver");
  if (!named.empty()) return {named, true};
  if (!config.homeserver.empty()) return {config.homeserver, false};
  return {std::string{server_in(account.settings.get("username"))}, true};
}

Error explain(const Error& error, const HomeserverName& name) {
  Error told{error.fault, name.name + ": " + error.text};
  switch (error.fault) {
    case Fault::malformed:
    case Fault::forbidden:
      told.fault = Fault::unacceptable;
      break;
    case Fault::unauthorized:  // its certificate
    case Fault::unsupported:
      told.fault = Fault::not_found;
      break;
    case Fault::too_long:
    case Fault::not_found:
    case Fault::absent:
    case Fault::conflict:
    case Fault::members_only:
    case Fault::not_allowed:
    case Fault::unacceptable:
    case Fault::limited:
    case Fault::full:
    case Fault::timeout:
    case Fault::unavailable:
    case Fault::closed:
    case Fault::storage:
    case Fault::internal:
      break;
  }
  return told;
}

Credentials credentials_of(const chat::Account& account) {
  Credentials credentials;
  const std::string& user_id = user_id_of(account);
  credentials.username = user_id.empty() ? account.settings.get("username") : user_id;
  credentials.password = account.password;
  return credentials;
}

chat::Account logged_in(chat::Account account, const Tokens& tokens) {
  account.registered = true;
  account.nickname = tokens.user_id;
  if (account.settings.get("username").empty()) account.settings.set("username", tokens.user_id);
  account.settings.set("user_id", tokens.user_id);
  account.settings.set("base_url", to_text(tokens.homeserver));
  account.settings.set("public_only", tokens.homeserver.public_only ? "1" : "0");
  return account;
}

chat::Account relay_account(const chat::Account& bridge, const Config& config) {
  chat::Account account = bridge;
  if (!bridge.is_bridge || is_voice_account(bridge) || config.relay.user_id.empty()) return account;
  account.registered = true;
  account.nickname = config.relay.user_id;
  account.settings.set("username", config.relay.user_id);
  account.settings.set("user_id", config.relay.user_id);
  account.password = config.relay.password;
  return account;
}

const std::string& user_id_of(const chat::Account& account) { return account.settings.get("user_id"); }
const std::string& homeserver_of(const chat::Account& account) { return account.settings.get("base_url"); }
bool is_public_only(const chat::Account& account) { return account.settings.get("public_only") != "0"; }

}  // namespace dragoman::backends::matrix
