#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/message.hpp"

// The archive of a room as one person (owner) has it: the rows of `message` that everybody in the room could see. Its
// order is that of acceptance (RowId), and a row's id is its id in the archive.
namespace dragoman::store {

/// Whether a row is in the archive of its room: said by the network, or by the person and taken by the network. Never
/// what was said between two people.
inline bool is_archived(const Message& row) {
  return !row.room.empty() && row.person.empty() &&
         (row.direction == Direction::to_person || row.state == State::delivered);
}

/// When it was said: by the network's clock if that told, else by ours.
inline Timestamp said_at(const Message& row) { return row.sent == Timestamp{} ? row.accepted : row.sent; }

/// A message that somebody names: an edit, a reply, a reaction is about it.
struct MessageQuery {
  std::string network, owner;
  std::string room, person;  ///< chat::Conversation
  RowId id = 0;              ///< this one, if it is of this conversation; 0: the newest that is wanted
  std::function<bool(const Message&)> wanted;  ///< runs on the reader's thread
  /// No more are looked at: what is further back is not found.
  std::size_t most = 5000;
};

/// Which rows of one archive, and which page of them.
struct ArchiveQuery {
  std::string network, owner, room;

  // What is looked for; everything that is set holds.
  RowId after = 0, before = 0;                 ///< exclusive; 0: no bound
  std::optional<Timestamp> start, end;         ///< of said_at(), inclusive
  std::vector<RowId> ids;                      ///< not empty: only these, and each must be there
  std::function<bool(const Message&)> wanted;  ///< runs on the reader's thread; empty: all
  bool on_their_way = false;                   ///< also what the network has not taken, or not yet

  // Which page of it.
  RowId page_after = 0, page_before = 0;  ///< exclusive; 0: no bound
  std::size_t limit = 50;
  bool newest = false;  ///< the last page between the bounds instead of the first
  bool counted = false;
  /// Ids that the asker named: when one of them is not in this archive, that is the answer.
  std::vector<RowId> must_be_there;
};

/// The answer; oldest first.
struct ArchivePage {
  std::vector<Message> rows;           ///< content is filled
  bool complete = true;                ///< nothing that was looked for lies beyond it, in the direction of the page
  std::optional<std::uint64_t> count;  ///< of all that was looked for; only where that is cheap
  bool unknown_id = false;             ///< an id that was named is not in this archive; then there are no rows
  bool failed = false;                 ///< the archive could not be read
};

}  // namespace dragoman::store
