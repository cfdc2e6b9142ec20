#include "backends/webhook/happening.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

struct TypeName {
  Happening::Type type;
  std::string_view name;
};

constexpr TypeName type_names[] = {
    {Happening::Type::message_created, "message.created"},   {Happening::Type::message_updated, "message.updated"},
    {Happening::Type::message_deleted, "message.deleted"},   {Happening::Type::reaction_added, "reaction.added"},
    {Happening::Type::reaction_removed, "reaction.removed"}, {Happening::Type::presence_changed, "presence.changed"},
    {Happening::Type::room_joined, "room.joined"},           {Happening::Type::room_parted, "room.parted"},
    {Happening::Type::room_subject, "room.subject"},         {Happening::Type::endpoint_ping, "endpoint.ping"},
    {Happening::Type::endpoint_failing, "endpoint.failing"},
};

std::vector<std::string> missing_from(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  std::vector<std::string> missing;
  std::copy_if(some.begin(), some.end(), std::back_inserter(missing),
               [&](const std::string& each) { return std::find(others.begin(), others.end(), each) == others.end(); });
  return missing;
}

/// Of each command what it tells; `key_` names it.
struct Telling {
  const Happening& frame;
  const std::vector<std::string>& before;
  std::vector<Happening> told{};

  Happening& add(Happening::Type type, chat::OnceKey key) {
    Happening& happening = told.emplace_back(frame);
    happening.type = type;
    happening.id = happening_id(key, static_cast<unsigned>(told.size() - 1));
    return happening;
  }
  /// Who speaks for others (a bridge) says for whom, and what it has come through.
  static void put(Happening& happening, const chat::Content& content) {
    happening.content = content;
    if (!content.shown_author.empty()) {
      happening.from = {};
      happening.from.nickname = content.shown_author;
    }
    for (const std::string_view each : text::split(content.via, ' ')) {
      if (!each.empty()) happening.via.emplace_back(each);
    }
    happening.hops = static_cast<unsigned>(happening.via.size()) + 1;
    happening.content.via.clear();
  }
  void operator()(const chat::SendMessage& send) { put(add(Happening::Type::message_created, send.key), send.content); }
  void operator()(const chat::EditMessage& edit) {
    Happening& happening = add(Happening::Type::message_updated, edit.key);
    put(happening, edit.content);
    happening.about = edit.edited.text;
  }
  void operator()(const chat::RetractMessage& retract) {
    Happening& happening = add(Happening::Type::message_deleted, retract.key);
    happening.content = chat::plain(retract.reason);
    happening.about = retract.retracted.text;
  }
  void operator()(const chat::React& react) {
    const auto say = [&](Happening::Type type, const std::string& emoji) {
      Happening& happening = add(type, react.key);
      happening.about = react.message.text;
      happening.reaction = emoji;
      happening.more = true;
    };
    for (const auto& emoji : missing_from(before, react.emoji)) say(Happening::Type::reaction_removed, emoji);
    for (const auto& emoji : missing_from(react.emoji, before)) say(Happening::Type::reaction_added, emoji);
    if (!told.empty()) told.back().more = false;
  }
  template <class Other>
  void operator()(const Other&) {}
};

}  // namespace

std::string_view name_of(Happening::Type type) {
  const auto found = std::find_if(std::begin(type_names), std::end(type_names),
                                  [type](const TypeName& each) { return each.type == type; });
  return found == std::end(type_names) ? std::string_view{} : found->name;
}

std::optional<Happening::Type> type_named(std::string_view name) {
  const auto found = std::find_if(std::begin(type_names), std::end(type_names),
                                  [name](const TypeName& each) { return each.name == name; });
  if (found == std::end(type_names)) return std::nullopt;
  return found->type;
}

const std::vector<Happening::Type>& all_types() {
  static const std::vector<Happening::Type> all = [] {
    std::vector<Happening::Type> types;
    for (const TypeName& each : type_names) types.push_back(each.type);
    return types;
  }();
  return all;
}

std::string happening_id(chat::OnceKey key, unsigned part) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id = "msg_";
  for (int shift = 60; shift >= 0; shift -= 4) id += digits[key >> shift & 15];
  if (part > 0) id += '-' + std::to_string(part);
  return id;
}

std::vector<Happening> happenings_of(const chat::Command& command, const Happening& frame,
                                     const std::vector<std::string>& before) {
  Telling telling{frame, before};
  std::visit(telling, command);
  return std::move(telling.told);
}

}  // namespace dragoman::backends::webhook
