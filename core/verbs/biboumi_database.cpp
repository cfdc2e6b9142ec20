#include "verbs/biboumi_database.hpp"

#include <set>
#include <sys/stat.h>
#include <type_traits>
#include <utility>

#include "base/text.hpp"

namespace dragoman::verbs {

namespace {

std::string text_at(const store::Statement& row, int column) { return std::string{row.text(column)}; }

bool flag_at(const store::Statement& row, int column, bool fallback) {
  return row.is_null(column) ? fallback : row.number(column) != 0;
}

/// The first thing that goes wrong ends it.
template <class Each>
Result<void> each_row(store::Statement& rows, Each each) {
  while (true) {
    const auto more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
    if (const Result<void> taken = each(std::as_const(rows)); !taken) return taken;
  }
}

/// What `make` makes of each row; nothing where there is no such table.
template <class Make>
auto all_rows(Result<std::optional<store::Statement>> rows, Make make)
    -> Result<std::vector<std::invoke_result_t<Make, const store::Statement&>>> {
  if (!rows) return rows.error();
  std::vector<std::invoke_result_t<Make, const store::Statement&>> all;
  if (!*rows) return all;
  const auto read = each_row(**rows, [&](const store::Statement& row) -> Result<void> {
    all.push_back(make(row));
    return {};
  });
  if (!read) return read.error();
  return all;
}

/// One a line, as versions before 8 kept them.
std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : text::split(text, '\n')) {
    if (!text::trim(line).empty()) lines.emplace_back(text::trim(line));
  }
  return lines;
}

BiboumiDatabase::Server server_of(const store::Statement& row) {
  BiboumiDatabase::Server server;
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
  if (!row.is_null(17)) server.max_history_length = row.number(17);
  return server;
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
  const auto read = each_row(*statement, [&](const store::Statement& row) -> Result<void> {
    known.insert(text_at(row, 0));
    return {};
  });
  if (!read) return read.error();
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
  return all_rows(select("globaloptions_", {"owner_", "maxhistorylength_", "recordhistory_", "persistent_"}, "id_"),
                  [](const store::Statement& row) {
                    Person person;
                    person.owner = text_at(row, 0);
                    if (!row.is_null(1)) person.max_history_length = row.number(1);
                    person.record_history = flag_at(row, 2, true);
                    person.persistent = flag_at(row, 3, false);
                    return person;
                  });
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
  const auto read = each_row(*statement, [&](const store::Statement& row) -> Result<void> {
    for (std::string& line : split_lines(row.text(0))) commands.push_back(std::move(line));
    return {};
  });
  if (!read) return read.error();
  return commands;
}

Result<std::vector<BiboumiDatabase::Server>> BiboumiDatabase::servers() {
  std::vector<std::int64_t> ids;
  auto all = all_rows(select("ircserveroptions_",
                             {"id_", "owner_", "server_", "pass_", "saslpassword_", "tlsports_", "ports_", "username_",
                              "realname_", "nick_", "verifycert_", "trustedfingerprint_", "encodingin_", "encodingout_",
                              "address_", "throttlelimit_", "afterconnectioncommand_", "maxhistorylength_"},
                             "id_"),
                      [&ids](const store::Statement& row) {
                        ids.push_back(row.number(0));
                        return server_of(row);
                      });
  if (!all) return all.error();
  for (std::size_t i = 0; i < all->size(); ++i) {
    auto commands = commands_of(ids[i]);
    if (!commands) return commands.error();
    for (std::string& line : *commands) (*all)[i].commands.push_back(std::move(line));
  }
  return all;
}

Result<std::vector<BiboumiDatabase::Channel>> BiboumiDatabase::channels() {
  return all_rows(
      select("ircchanneloptions_",
             {"owner_", "server_", "channel_", "encodingin_", "encodingout_", "persistent_", "recordhistory_"}, "id_"),
      [](const store::Statement& row) {
        Channel channel{text_at(row, 0),
                        text_at(row, 1),
                        text_at(row, 2),
                        text_at(row, 3),
                        text_at(row, 4),
                        flag_at(row, 5, false),
                        {}};
        // An option that was not chosen is kept as NULL or -1.
        if (!row.is_null(6) && row.number(6) >= 0) channel.record_history = row.number(6) != 0;
        return channel;
      });
}

Result<std::vector<BiboumiDatabase::Contact>> BiboumiDatabase::roster() {
  return all_rows(select("roster", {"local", "remote"}, "remote, local"), [](const store::Statement& row) {
    return Contact{text_at(row, 0), text_at(row, 1)};
  });
}

Result<void> BiboumiDatabase::lines(const std::function<Result<void>(Line)>& each) {
  auto rows = select("muclogline_", {"uuid_", "owner_", "ircchanname_", "ircservername_", "body_", "nick_", "date_"},
                     "date_ DESC, id_ DESC");
  if (!rows) return rows.error();
  if (!*rows) return {};
  return each_row(**rows, [&](const store::Statement& row) {
    Line line{text_at(row, 0), text_at(row, 1), text_at(row, 2), text_at(row, 3), text_at(row, 4), text_at(row, 5), {}};
    line.date = Timestamp{std::chrono::seconds{row.number(6)}};
    return each(std::move(line));
  });
}

}  // namespace dragoman::verbs
