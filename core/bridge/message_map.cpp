#include "bridge/message_map.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "delivery/content_json.hpp"

namespace dragoman::bridge {

namespace {

/// The text of what was said, and by whom; an empty one of everything else.
chat::Content content_of(const store::Message& row) {
  const auto command = delivery::read_command(row.content, {});
  if (!command) return {};
  if (const auto* send = std::get_if<chat::SendMessage>(&*command)) return send->content;
  if (const auto* edit = std::get_if<chat::EditMessage>(&*command)) return edit->content;
  return {};
}

std::optional<store::Message> find_row(store::Reader& reader, const std::string& owner, const Place& place,
                                       std::function<bool(const store::Message&)> wanted) {
  store::MessageQuery query;
  query.network = place.network;
  query.owner = owner;
  query.room = place.room;
  query.wanted = std::move(wanted);
  return reader.find_message(query);
}

/// What the bridge said on the leg where it was named; nothing: somebody else has said it.
std::optional<store::Message> find_heard(store::Reader& reader, const MapQuestion& question) {
  if (question.row != 0) {
    store::MessageQuery query;
    query.network = question.heard.network;
    query.owner = question.owner;
    query.room = question.heard.room;
    query.id = question.row;
    return reader.find_message(query);
  }
  return find_row(reader, question.owner, question.heard, [&](const store::Message& row) {
    return row.network_id == question.about.id && !delivery::is_reaction(row.content);
  });
}

/// Reactions of others that the bridge shows at a place, from the newest row on: of each only the last word counts.
class Reactions {
 public:
  explicit Reactions(const MapQuestion& question) : question_(question) {}

  void look_at(const store::Message& row, const MessageName& about) {
    if (!question_.reactions || !delivery::is_reaction(row.content) || row.state == store::State::returned) return;
    const Source source = read_source(row.stanza_id);
    if (source.puppet) return;  // theirs are shown by themselves
    if (source.about != about && source.about != question_.about) return;
    if (source.author == question_.reactor || !seen_.insert(source.author).second) return;
    const auto command = delivery::read_command(row.content, {});
    if (!command) return;
    for (const std::string& each : std::get<chat::React>(*command).emoji) {
      if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
  }

  std::vector<std::string> all;

 private:
  const MapQuestion& question_;
  std::set<std::string> seen_;
};

}  // namespace

Counterpart find_counterpart(store::Reader& reader, const MapQuestion& question) {
  Counterpart found;
  MessageName origin = question.about;
  if (const auto heard = find_heard(reader, question)) {
    const Source source = read_source(heard->stanza_id);
    if (source.status) return found;  // nobody has said that
    origin = source.name;
    const chat::Content said = content_of(*heard);
    found.author = said.shown_author;
    found.text = said.text;
    found.said = source.said;
  }
  Reactions reactions{question};
  found.from_here = origin.place == question.told.str();
  if (found.from_here) {
    if (!is_made_name(origin.id)) found.id = chat::MessageId{origin.id};
    if (question.reactions) {
      find_row(reader, question.owner, question.told, [&](const store::Message& row) {
        reactions.look_at(row, origin);
        return false;
      });
    }
  } else if (!origin.empty()) {
    const auto told = find_row(reader, question.owner, question.told, [&](const store::Message& row) {
      reactions.look_at(row, origin);
      return is_named(row.stanza_id, origin) && !delivery::is_reaction(row.content);
    });
    if (told && told->state == store::State::queued) found.row = told->id;
    if (told && told->state == store::State::delivered) found.id = chat::MessageId{told->network_id};
    if (told) {
      Source said_as = read_source(told->stanza_id);
      found.said = said_as.said;
      if (said_as.puppet) {
        found.puppet = std::move(said_as);
        found.puppet_name = told->author;
      }
    }
    if (told && found.text.empty()) {
      const chat::Content said = content_of(*told);
      found.author = said.shown_author;
      found.text = said.text;
    }
  }
  found.reactions_of_others = std::move(reactions.all);
  return found;
}

}  // namespace dragoman::bridge
