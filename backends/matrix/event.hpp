#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace dragoman::backends::matrix {

/// An event of a room, as /sync, /messages or a transaction brings it. Everything in it may be wrong or missing: the
/// sender's server checks next to nothing.
struct Event {
  std::string id;    ///< empty: stripped state and ephemeral events have none
  std::string type;  ///< never empty
  std::string sender;
  std::string room;                                   ///< where the event says it itself (transactions)
  std::optional<std::string> state_key;               ///< state events have one, maybe empty
  Timestamp time;                                     ///< origin_server_ts: what the sender says, not to be trusted
  nlohmann::json content = nlohmann::json::object();  ///< always an object
  nlohmann::json prev_content = nlohmann::json::object();  ///< of a state event: what it was before, where told
  std::string transaction;                                 ///< unsigned.transaction_id: sent by us, from this device
  std::string redacts;       ///< of m.room.redaction: in the event (rooms up to version 10) or its content (from 11)
  bool redacted = false;     ///< somebody has taken this event back: its content is gone
  std::string redacted_by;   ///< user id; empty: not told
  std::string redaction_id;  ///< event id of the redaction; empty: not told
  std::string redaction_reason;
  bool past = false;           ///< /sync brought it after we were away: who is in the room is known of later
  bool moot = false;           ///< of state: the homeserver goes by another event (sync_news.hpp)
  bool settled = false;        ///< of state: the homeserver goes by it, and no timeline has it (sync_news.hpp)
  nlohmann::json latest_edit;  ///< an event that came bundled with this one (m.replace); null: none

  bool is_state() const { return state_key.has_value(); }
};

/// Nothing when it is no object with a type.
std::optional<Event> read_event(const nlohmann::json& json);
/// Those of {"events": [...]}, without what is none.
std::vector<Event> read_events(const nlohmann::json& json);

}  // namespace dragoman::backends::matrix
