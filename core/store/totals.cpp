#include "store/totals.hpp"

#include <algorithm>

namespace dragoman::store {

namespace {

constexpr std::string_view by_document =
    "SELECT value->>'last_id', value->>'accepted', value->>'queued', value->>'delivered', value->>'returning',"
    " value->>'returned', value->>'held' FROM document"
    " WHERE kind = 'store' AND owner = '' AND key = 'totals' AND json_valid(value)";

constexpr std::string_view by_rows =
    "SELECT 0, count(*), count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1),"
    " count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4)"
    " FROM message";

Result<bool> read(Database& database, std::string_view sql, Totals& totals) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row || !*row) return row;
  totals.last_id = statement->number(0);
  totals.accepted = static_cast<std::uint64_t>(statement->number(1));
  for (std::size_t state = 0; state < totals.in_state.size(); ++state) {
    totals.in_state[state] = static_cast<std::uint64_t>(statement->number(static_cast<int>(state) + 2));
  }
  return true;
}

}  // namespace

Reader::Counts Totals::counts() const {
  return {accepted, in_state[0], in_state[1], in_state[2], in_state[3], in_state[4]};
}

std::string Totals::to_json() const {
  // By hand: it is written with every transaction.
  std::string json = "{\"last_id\":" + std::to_string(last_id);
  json += ",\"accepted\":" + std::to_string(accepted);
  json += ",\"queued\":" + std::to_string(in_state[0]);
  json += ",\"delivered\":" + std::to_string(in_state[1]);
  json += ",\"returning\":" + std::to_string(in_state[2]);
  json += ",\"returned\":" + std::to_string(in_state[3]);
  json += ",\"held\":" + std::to_string(in_state[4]) + "}";
  return json;
}

Result<Totals> read_totals(Database& database) {
  Totals totals;
  const auto found = read(database, by_document, totals);
  if (!found) return found.error();
  if (!*found) {
    if (const auto counted = read(database, by_rows, totals); !counted) return counted.error();
  }
  // A salvaged file may hold rows that are newer than its document.
  const auto newest = database.number("SELECT max(id) FROM message");
  if (!newest) return newest.error();
  totals.last_id = std::max(totals.last_id, *newest);
  return totals;
}

}  // namespace dragoman::store
