#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "delivery/content_json.hpp"
#include "gateway/received_messages.hpp"
#include "gateway/user.hpp"

// What a network has kept of a room, as rows of its archive (docs/decisions/0060).

namespace dragoman::gateway {

namespace {

/// Reactions, the message of the page that they are about, and the one that they stand behind.
struct Placed {
  const chat::ReactionsChanged* reactions;
  std::size_t about, behind;
};

/// Reactions to other messages than those of the page are left out: clients would not know what they are about.
std::vector<Placed> place_reactions(const chat::HistoryPage& page) {
  std::unordered_map<std::string_view, std::size_t> named;
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    if (!page.messages[i].id.empty()) named.emplace(page.messages[i].id.text, i);
  }
  std::vector<Placed> all;
  for (const chat::ReactionsChanged& each : page.reactions) {
    const auto about = named.find(each.message.text);
    if (about == named.end()) continue;
    std::size_t behind = about->second;
    for (std::size_t next = behind + 1; each.time && next < page.messages.size(); ++next) {
      const auto& said = page.messages[next].time;
      if (!said || *said > *each.time) break;
      behind = next;
    }
    all.push_back({&each, about->second, behind});
  }
  std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) { return a.behind < b.behind; });
  return all;
}

}  // namespace

store::Message ReceivedMessages::kept_row(const chat::MessageReceived& message) {
  chat::SendMessage said;
  store::Message row = received_row(message, said);
  row.state = store::State::delivered;
  row.content = delivery::write_command(said);
  return row;
}

store::Message ReceivedMessages::kept_row(const chat::ReactionsChanged& reactions, store::RowId about) {
  store::Message row = incoming_row(reactions.conversation, reactions.author);
  if (reactions.time) row.sent = *reactions.time;
  row.state = store::State::delivered;
  Reference reference = incoming_reference(reactions.conversation, reactions.author);
  reference.no_store = !user_.records(reactions.conversation);
  const std::string target = std::to_string(about);
  reference.target = target;
  row.stanza_id = write_reference(reference);
  row.content = delivery::write_command(chat::React{reactions.conversation, reactions.message, reactions.emoji});
  return row;
}

std::size_t ReceivedMessages::keep_in_front(const chat::HistoryPage& page) {
  const std::vector<Placed> placed = place_reactions(page);
  std::vector<store::Message> rows;
  rows.reserve(page.messages.size() + placed.size());
  const store::RowId first = context_.store.oldest() - static_cast<store::RowId>(page.messages.size() + placed.size());
  std::vector<store::RowId> ids;  // of the messages
  auto next = placed.begin();
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    ids.push_back(first + static_cast<store::RowId>(rows.size()));
    rows.push_back(kept_row(page.messages[i]));
    for (; next != placed.end() && next->behind == i; ++next) {
      rows.push_back(kept_row(*next->reactions, ids[next->about]));
    }
  }
  const std::size_t kept = rows.size();
  context_.store.add_in_front(std::move(rows));
  return kept;
}

}  // namespace dragoman::gateway
