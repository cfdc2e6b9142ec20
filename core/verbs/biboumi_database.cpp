#include "verbs/biboumi_database.hpp"

#include <set>
#include <sys/stat.h>

#include "base/text.hpp"

namespace dragoman::verbs {

namespace {

std::string text_at(const store::Statement& row, int column) { return std::string{row.text(column)}; }

bool flag_at(const store::Statement& row, int column, bool fallback) {
  return row.is_null(column) ? fallback : row.number(column) != 0;
}

/// One a line, as versions before 8 kept them.
std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : text::split(text, '\n')) {
    if (!text::trim(line).empty()) lines.emplace_back(text::trim(line));
  }
  return lines;
}

}  // namespace

Result<BiboumiDatabase> BiboumiDatabase::open(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failure(Fault::not_found, path + ": there is no such file");
  auto opened = store::Database::open(path, 5000);
  if (!opened) return opened.error();
  opened->leave_untouched(true);
  BiboumiDatabase database{std::move(*opened)};
  const auto found = database.columns("ircserveroptions_", {"owner_"});
  if (!found) return found.error();
  if (!*found) return failure(Fault::malformed, path + ": this is no database of biboumi");
  return database;
}

Result<std::optional<std::string>> BiboumiDatabase::columns(const std::string& table,
                                                            const std::vector<std::string>& names) {
  auto statement = database_.prepare("SELECT lower(name) FROM pragma_table_info(?1)");
  if (!statement) return statement.error();
  statement->bind(1, std::string_view{table});
  std::set<std::string> known;
  while (true) {
    const auto more = statement->next();
    if (!more) return more.error();
    if (!*more) break;
    known.insert(text_at(*statement, 0));
  }
  if (known.empty()) return std::optional<std::string>{};
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + (known.contains(name) ? name : "NULL");
  return std::optional<std::string>{std::move(list)};
}

Result<std::optional<store::Statement>> BiboumiDatabase::select(const std::string& table,
                                                                const std::vector<std::string>& names,
                                                                const std::string& order) {
  const auto list = columns(table, names);
  if (!list) return list.error();
  if (!*list) return std::optional<store::Statement>{};
  auto statement = database_.prepare("SELECT " + **list + " FROM " + table + " ORDER BY " + order);
  if (!statement) return statement.error();
  return std::optional<store::Statement>{std::move(*statement)};
}

Result<std::vector<BiboumiDatabase::Person>> BiboumiDatabase::people() {
  std::vector<Person> all;
  auto rows = select("globaloptions_", {"owner_", "maxhistorylength_", "recordhistory_", "persistent_"}, "id_");
  if (!rows) return rows.error();
  while (*rows) {
    store::Statement& row = **rows;
    const auto more = row.next();
    if (!more) return more.error();
    if (!*more) break;
    all.push_back(
        {text_at(row, 0), row.is_null(1) ? 20 : row.number(1), flag_at(row, 2, true), flag_at(row, 3, false)});
  }
  return all;
}

Result<std::vector<std::string>> BiboumiDatabase::commands_of(std::int64_t server) {
  std::vector<std::string> commands;
  const auto list = columns("after_connection_commands_", {"afterconnectioncommand_"});
  if (!list) return list.error();
  if (!*list) return commands;
  auto statement =
      database_.prepare("SELECT " + **list + " FROM after_connection_commands_ WHERE fk_ = ?1 ORDER BY id_");
  if (!statement) return statement.error();
  statement->bind(1, server);
  while (true) {
    const auto more = statement->next();
    if (!more) return more.error();
    if (!*more) return commands;
    for (std::string& line : split_lines(statement->text(0))) commands.push_back(std::move(line));
  }
}

Result<std::vector<BiboumiDatabase::Server>> BiboumiDatabase::servers() {
  std::vector<Server> all;
  std::vector<std::int64_t> ids;
  auto rows = select("ircserveroptions_",
                     {"id_", "owner_", "server_", "pass_", "saslpassword_", "tlsports_", "ports_", "username_",
                      "realname_", "nick_", "verifycert_", "trustedfingerprint_", "encodingin_", "encodingout_",
                      "address_", "throttlelimit_", "afterconnectioncommand_"},
                     "id_");
  if (!rows) return rows.error();
  while (*rows) {
    store::Statement& row = **rows;
    const auto more = row.next();
    if (!more) return more.error();
    if (!*more) break;
    ids.push_back(row.number(0));
    Server server;
    std::string* const texts[] = {&server.owner,         &server.server,    &server.pass,
                                  &server.sasl_password, &server.tls_ports, &server.ports,
                                  &server.username,      &server.realname,  &server.nick};
    for (std::size_t i = 0; i < std::size(texts); ++i) *texts[i] = text_at(row, static_cast<int>(i) + 1);
    server.verify_cert = flag_at(row, 10, true);
    server.fingerprint = text_at(row, 11);
    server.encoding_in = text_at(row, 12);
    server.encoding_out = text_at(row, 13);
    server.address = text_at(row, 14);
    server.throttle_limit = row.number(15);
    server.commands = split_lines(row.text(16));
    all.push_back(std::move(server));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto commands = commands_of(ids[i]);
    if (!commands) return commands.error();
    for (std::string& line : *commands) all[i].commands.push_back(std::move(line));
  }
  return all;
}

Result<std::vector<BiboumiDatabase::Channel>> BiboumiDatabase::channels() {
  std::vector<Channel> all;
  auto rows =
      select("ircchanneloptions_",
             {"owner_", "server_", "channel_", "encodingin_", "encodingout_", "persistent_", "recordhistory_"}, "id_");
  if (!rows) return rows.error();
  while (*rows) {
    store::Statement& row = **rows;
    const auto more = row.next();
    if (!more) return more.error();
    if (!*more) break;
    Channel channel{text_at(row, 0),
                    text_at(row, 1),
                    text_at(row, 2),
                    text_at(row, 3),
                    text_at(row, 4),
                    flag_at(row, 5, false),
                    {}};
    // An option that was not chosen is kept as NULL or -1.
    if (!row.is_null(6) && row.number(6) >= 0) channel.record_history = row.number(6) != 0;
    all.push_back(std::move(channel));
  }
  return all;
}

Result<std::vector<BiboumiDatabase::Contact>> BiboumiDatabase::roster() {
  std::vector<Contact> all;
  auto rows = select("roster", {"local", "remote"}, "remote, local");
  if (!rows) return rows.error();
  while (*rows) {
    const auto more = (*rows)->next();
    if (!more) return more.error();
    if (!*more) break;
    all.push_back({text_at(**rows, 0), text_at(**rows, 1)});
  }
  return all;
}

Result<void> BiboumiDatabase::lines(const std::function<Result<void>(Line)>& each) {
  auto rows = select("muclogline_", {"uuid_", "owner_", "ircchanname_", "ircservername_", "body_", "nick_", "date_"},
                     "date_, id_");
  if (!rows) return rows.error();
  while (*rows) {
    store::Statement& row = **rows;
    const auto more = row.next();
    if (!more) return more.error();
    if (!*more) break;
    Line line{text_at(row, 0), text_at(row, 1), text_at(row, 2), text_at(row, 3), text_at(row, 4), text_at(row, 5), {}};
    line.date = Timestamp{std::chrono::seconds{row.number(6)}};
    if (const auto taken = each(std::move(line)); !taken) return taken.error();
  }
  return {};
}

}  // namespace dragoman::verbs
