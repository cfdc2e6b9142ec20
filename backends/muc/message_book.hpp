#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/text_hash.hpp"

namespace dragoman::backends::muc {

/// What a room has said last, to find the message that another one is about: an edit names it by the id of its stanza,
/// all else by the stanza-id (XEP-0308, 0424, 0444, 0461). It also knows what came already.
class MessageBook {
 public:
  static constexpr std::size_t most = 500;

  struct Said {
    std::string id;         ///< chat::MessageId: the stanza-id, or what stands for it
    std::string stanza;     ///< attribute id of the stanza
    std::string origin;     ///< origin-id
    std::string nick;       ///< its author, as they were called then
    std::string occupant;   ///< occupant id of the author; empty: the room gives none
    std::string beginning;  ///< of the text, to be quoted
  };

  /// False: it is there already, and stays as it is.
  bool add(Said said);
  /// Known without its content: what was heard before a restart.
  void add_key(const std::string& id) { keys_.insert(id); }
  bool has(std::string_view id) const { return keys_.find(id) != keys_.end(); }
  /// By its id, or by those that its author gave; nullptr: it is not known any more.
  const Said* find(std::string_view id) const;
  /// The message of this author that has this id of a stanza.
  const Said* find_stanza(std::string_view stanza, std::string_view nick, std::string_view occupant) const;
  bool empty() const { return said_.empty(); }
  /// The last ids, the newest last.
  std::vector<std::string> newest(std::size_t count) const;

 private:
  std::deque<Said> said_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> keys_;
};

/// Whether a message is by the same occupant, who may have another nickname by now.
bool same_author(const MessageBook::Said& said, std::string_view nick, std::string_view occupant);

}  // namespace dragoman::backends::muc
