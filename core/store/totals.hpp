#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/message.hpp"
#include "store/store.hpp"

namespace dragoman::store {

/// How many rows there are in each state, and the newest id that was ever given: kept in a document of its own, written
/// in the same transaction as the rows, because counting them would read the whole archive. It makes
/// `accepted = queued + delivered + returning + returned + held` a fact of every snapshot, and keeps the id of a
/// deleted row from being given again.
struct Totals {
  RowId last_id = 0;
  std::uint64_t accepted = 0;
  std::array<std::uint64_t, 5> in_state{};  // indexed by State

  std::uint64_t& of(State state) { return in_state[static_cast<std::size_t>(state)]; }
  Reader::Counts counts() const;
  std::string to_json() const;
};

inline constexpr std::string_view totals_kind = "store", totals_key = "totals";

/// What the document says; a document that is missing or unreadable is replaced by counting the rows.
Result<Totals> read_totals(Database& database);

}  // namespace dragoman::store
