#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// Messages on their way to the writer. Their texts stand in one buffer: as strings they would be allocated by the
/// loop's thread and freed by the writer's, eight for each message.
class Rows {
 public:
  /// One of them: its texts are views into the list.
  struct Row {
    RowId id, same_as;
    Direction direction;
    State state;
    Timestamp accepted, sent;
    std::optional<Timestamp> expires;
    std::string_view network_id, network, owner, room, person, author, stanza_id, content;
  };

  /// `id`: what it is called, whatever message.id says.
  void add(const Message& message, RowId id);
  bool empty() const { return heads_.empty(); }
  std::size_t size() const { return heads_.size(); }
  /// Memory that they need, about.
  std::size_t bytes() const { return heads_.size() * sizeof(Head) + texts_.size(); }
  /// The list must not change while `each` runs, which returns a Result<void>: the first error ends it.
  template <class Each>
  Result<void> for_each(const Each& each) const {
    std::string_view rest{texts_};
    for (const Head& head : heads_) {
      if (auto done = each(read(head, rest)); !done) return done;
    }
    return {};
  }
  /// Appends a later list, and leaves that one empty.
  void append(Rows& later);
  /// Empty again; keeps moderate capacity.
  void clear();
  /// Of the newest one; 0 when there is none above 0.
  RowId newest() const;

 private:
  static constexpr std::size_t texts = 8;
  struct Head {
    RowId id, same_as;
    Timestamp accepted, sent, expires;  // expires: the epoch when it does not
    std::uint32_t size[texts];
    Direction direction;
    State state;
    bool ends;
  };
  static Row read(const Head& head, std::string_view& rest);

  std::vector<Head> heads_;
  std::string texts_;
};

}  // namespace dragoman::store
