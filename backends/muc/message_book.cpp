#include "backends/muc/message_book.hpp"

#include <algorithm>

namespace dragoman::backends::muc {

bool MessageBook::add(Said said) {
  if (!keys_.insert(said.id).second) return false;
  said_.push_back(std::move(said));
  if (said_.size() > most) {
    keys_.erase(said_.front().id);
    said_.pop_front();
  }
  return true;
}

const MessageBook::Said* MessageBook::find(std::string_view id) const {
  const auto named = std::find_if(said_.rbegin(), said_.rend(), [id](const Said& each) { return each.id == id; });
  if (named != said_.rend()) return &*named;
  const auto other = std::find_if(said_.rbegin(), said_.rend(),
                                  [id](const Said& each) { return each.stanza == id || each.origin == id; });
  return other == said_.rend() ? nullptr : &*other;
}

const MessageBook::Said* MessageBook::find_stanza(std::string_view stanza, std::string_view nick,
                                                  std::string_view occupant) const {
  const auto found = std::find_if(said_.rbegin(), said_.rend(), [&](const Said& each) {
    return (each.stanza == stanza || each.origin == stanza) && same_author(each, nick, occupant);
  });
  return found == said_.rend() ? nullptr : &*found;
}

std::vector<std::string> MessageBook::newest(std::size_t count) const {
  std::vector<std::string> ids;
  const std::size_t first = said_.size() > count ? said_.size() - count : 0;
  for (std::size_t i = first; i < said_.size(); ++i) ids.push_back(said_[i].id);
  return ids;
}

bool same_author(const MessageBook::Said& said, std::string_view nick, std::string_view occupant) {
  if (!said.occupant.empty() && !occupant.empty()) return said.occupant == occupant;
  return said.nick == nick;
}

}  // namespace dragoman::backends::muc
