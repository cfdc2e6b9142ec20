#include "backends/webhook/envelope.hpp"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "backends/webhook/markup.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;
using Type = Happening::Type;

json or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json list_files(const chat::Content& content) {
  json files = json::array();
  for (const chat::Attachment& each : content.attachments) {
    json file = {
        {"url", each.url}, {"name", or_null(each.name)}, {"type", or_null(each.media_type)}, {"size", nullptr}};
    if (each.size > 0) file["size"] = each.size;
    files.push_back(std::move(file));
  }
  return files;
}

/// What a message has and nothing else does.
void add_message(json& data, const Happening& happening) {
  data["html"] = or_null(to_html(happening.content));
  data["lang"] = or_null(happening.language);
  data["thread"] = or_null(happening.content.thread);
  data["reply_to"] = nullptr;
  if (const std::string& parent = happening.content.reply_to.text; !parent.empty()) {
    data["reply_to"] = {{"id", parent}, {"text", or_null(happening.reply_text)}};
  }
  data["replaces"] = happening.type == Type::message_updated ? or_null(happening.about) : json(nullptr);
  data["action"] = happening.content.kind == chat::Content::Kind::action;
  data["attachments"] = list_files(happening.content);
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto left = static_cast<int>((time - day).count());
  std::array<char, 40> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), left / 3'600'000,
                    left / 60'000 % 60, left / 1000 % 60, left % 1000);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

json data_of(const Happening& happening) {
  json data = {{"id", happening.id},
               {"endpoint", happening.endpoint},
               {"kind", happening.room.jid.empty() ? "chat" : "groupchat"},
               {"backend", happening.backend},
               {"room", nullptr},
               {"from",
                {{"jid", or_null(happening.from.jid)},
                 {"occupant_id", or_null(happening.from.occupant_id)},
                 {"nick", or_null(happening.from.nickname)},
                 {"avatar_url", or_null(happening.from.picture)},
                 {"bridged_from", or_null(happening.from.bridged_from)}}},
               {"text", or_null(happening.content.text)},
               {"native", {{"stanza_id", or_null(happening.stanza_id)}, {"origin_id", or_null(happening.origin_id)}}},
               {"hops", happening.hops},
               {"via", happening.via}};
  if (!happening.room.jid.empty()) {
    data["room"] = {{"jid", happening.room.jid}, {"name", or_null(happening.room.name)}};
  }
  switch (happening.type) {
    case Type::message_created:
    case Type::message_updated:
      add_message(data, happening);
      break;
    case Type::message_deleted:
      data["deletes"] = or_null(happening.about);
      break;
    case Type::reaction_added:
    case Type::reaction_removed:
      data["message"] = or_null(happening.about);
      data["reaction"] = happening.reaction;
      break;
    case Type::presence_changed:
      data["availability"] = happening.availability;
      break;
    case Type::room_joined:
    case Type::room_parted:
    case Type::room_subject:
    case Type::endpoint_ping:
    case Type::endpoint_failing:
      break;
  }
  if (happening.gap > 0) data["gap"] = happening.gap;
  return data;
}

json envelope_of(const Happening& happening, const std::string& reply_url) {
  json envelope = {
      {"type", name_of(happening.type)}, {"timestamp", to_rfc3339(happening.time)}, {"data", data_of(happening)}};
  if (!reply_url.empty()) envelope["reply_url"] = reply_url;
  return envelope;
}

std::string plain_text_of(const Happening& happening) {
  const chat::Content& content = happening.content;
  std::string text = content.title.empty() ? std::string{} : content.title + '\n';
  text += content.text;
  for (const chat::Attachment& file : content.attachments) {
    if (file.url.empty() || text.find(file.url) != std::string::npos) continue;
    if (!text.empty()) text += '\n';
    text += file.url;
  }
  return text;
}

}  // namespace dragoman::backends::webhook
