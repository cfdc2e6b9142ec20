#include "backends/webhook/out_chats.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/digest.hpp"
#include "backends/webhook/envelope.hpp"
#include "backends/webhook/markup.hpp"
#include "backends/webhook/out_format.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;
using Type = Happening::Type;

std::string before_at(const std::string& jid) { return jid.substr(0, jid.find('@')); }
std::string behind_at(const std::string& jid) { return jid.substr(jid.find('@') + 1); }

/// An edit is a message of its own where nothing can be edited.
std::string marked(const Happening& happening, std::string text) {
  const bool action = happening.content.kind == chat::Content::Kind::action;
  if (action) text.insert(0, "/me ");
  return happening.type == Type::message_updated ? "(edited) " + text : text;
}

/// The same content with title and attached addresses in its text; the places of spans move along.
chat::Content whole_content(const Happening& happening) {
  chat::Content content = happening.content;
  const std::string title = content.title.empty() ? std::string{} : content.title + '\n';
  for (chat::Span& span : content.spans) {
    span.begin += title.size();
    span.end += title.size();
  }
  content.text = plain_text_of(happening);
  return content;
}

class FormText {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += std::string{name} + '=' + text::to_percent(value);
  }
  void give_to(net::HttpRequest& request) {
    request.fields.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(text_);
  }

 private:
  std::string text_;
};

/// What Slack and Mattermost have in common.
void add_common(FormText& form, const Outgoing& target, const Happening& happening) {
  const bool room = !happening.room.jid.empty();
  const std::string& user = happening.from.jid.empty() ? happening.from.occupant_id : happening.from.jid;
  if (!target.secrets.empty()) form.add("token", slack_token(target.secrets.front()));
  form.add("team_id", behind_at(happening.endpoint));
  form.add("team_domain", behind_at(happening.endpoint));
  form.add("channel_id", room ? happening.room.jid : happening.endpoint);
  form.add("channel_name", room ? before_at(happening.room.jid) : "directmessage");
  form.add("user_id", user);
  form.add("user_name", speaker_of(happening));
}

void add_trigger(FormText& form, const Outgoing& target, const Happening& happening) {
  const bool triggered = !target.prefix.empty() && happening.content.text.starts_with(target.prefix);
  form.add("trigger_word", triggered ? target.prefix : std::string{});
}

/// Discord refuses these words in names (developer documentation, "Create Webhook").
std::string discord_name(std::string name) {
  for (const std::string_view word : {"discord", "clyde"}) {
    for (std::size_t at = 0; (at = text::ascii_lower(name).find(word, at)) != std::string::npos; at += 2) {
      name.insert(at + 1, "\xe2\x80\x8b");  // a space without width
    }
  }
  if (name == "everyone" || name == "here") name += '_';
  return name.substr(0, text::offset_of(name, 80));
}

}  // namespace

std::string slack_token(const Secret<std::string>& secret) {
  return text::to_hex(hmac(Hash::sha256, secret.reveal(), "slack token")).substr(0, 24);
}

std::string header_text(std::string_view text) {
  const std::string line = text::without_controls(text::to_valid_utf8(text), false);
  const bool ascii = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return ascii && !line.starts_with("=?") ? line : "=?UTF-8?B?" + text::to_base64(line) + "?=";
}

std::string speaker_of(const Happening& happening) {
  if (!happening.from.nickname.empty()) return happening.from.nickname;
  const std::string name = before_at(happening.from.jid);
  return name.empty() ? before_at(happening.endpoint) : name;
}

std::string cloudevent_value(std::string_view text) {
  std::string value;
  for (const char c : text) {
    const bool plain = c > ' ' && c <= '~' && c != '"' && c != '%';
    value += plain ? std::string(1, c) : text::to_percent(std::string_view{&c, 1});
  }
  return value;
}

std::string user_agent_of(std::string software) {
  std::replace(software.begin(), software.end(), ' ', '/');
  return software;
}

void add_slack(net::HttpRequest& request, const Outgoing& target, const Happening& happening) {
  FormText form;
  add_common(form, target, happening);
  const auto milliseconds = happening.time.time_since_epoch().count();
  const std::string rest = std::to_string(milliseconds % 1000 + 1000).substr(1) + "000";
  form.add("timestamp", std::to_string(milliseconds / 1000) + '.' + rest);
  form.add("text", marked(happening, to_mrkdwn(whole_content(happening))));
  add_trigger(form, target, happening);
  form.give_to(request);
}

void add_mattermost(net::HttpRequest& request, const Outgoing& target, const Happening& happening) {
  FormText form;
  add_common(form, target, happening);
  form.add("timestamp", std::to_string(happening.time.time_since_epoch().count()));
  form.add("post_id", happening.id);
  form.add("text", marked(happening, to_markdown(whole_content(happening))));
  add_trigger(form, target, happening);
  form.give_to(request);
}

Result<void> add_discord(net::HttpRequest& request, const Happening& happening) {
  constexpr std::size_t most_content = 2000, most_embed = 4096, most_embeds = 6000;  // characters
  const std::string whole = marked(happening, to_markdown(whole_content(happening)));
  std::string_view rest = whole;
  const auto take = [&rest](std::size_t characters) {
    const std::string part{rest.substr(0, text::offset_of(rest, characters))};
    rest.remove_prefix(part.size());
    return part;
  };
  json body = {{"content", take(most_content)},
               {"username", discord_name(speaker_of(happening))},
               {"allowed_mentions", {{"parse", json::array()}}}};
  if (!happening.from.picture.empty()) body["avatar_url"] = happening.from.picture;
  if (!rest.empty()) {
    body["embeds"].push_back({{"description", take(most_embed)}});
    if (!rest.empty()) body["embeds"].push_back({{"description", take(most_embeds - most_embed)}});
  }
  if (!rest.empty()) return failure(Fault::too_long, "Discord takes 8,000 characters at most");
  request.fields.set("Content-Type", "application/json");
  request.body = dump_json(body);
  return {};
}

void add_matterbridge(net::HttpRequest& request, const Happening& happening) {
  const bool action = happening.content.kind == chat::Content::Kind::action;
  json body = {{"text", plain_text_of(happening)},
               {"username", speaker_of(happening)},
               {"userid", happening.from.jid.empty() ? happening.from.occupant_id : happening.from.jid},
               {"avatar", happening.from.picture},
               {"gateway", before_at(happening.endpoint)},
               {"channel", happening.room.jid},
               {"account", "xmpp." + behind_at(happening.endpoint)},
               {"protocol", happening.backend},
               {"event", action ? "user_action" : ""},
               {"id", happening.id},
               {"parent_id", happening.content.reply_to.text},
               {"timestamp", to_rfc3339(happening.time)}};
  // The address may say which gateway of matterbridge is meant: ".../api/message?gateway=team".
  const std::string& target = request.url.target;
  if (const std::size_t at = target.find("gateway=");
      at != std::string::npos && (target[at - 1] == '?' || target[at - 1] == '&')) {
    const std::string_view value = std::string_view{target}.substr(at + 8);
    body["gateway"] = text::from_percent(value.substr(0, value.find('&'))).value_or("");
  }
  switch (happening.type) {
    case Type::message_updated:
      body["id"] = happening.about;
      break;
    case Type::message_deleted:
      body["id"] = happening.about;
      body["event"] = "msg_delete";
      break;
    case Type::room_joined:
    case Type::room_parted:
      body["event"] = "join_leave";
      body["text"] = speaker_of(happening) + (happening.type == Type::room_joined ? " joins" : " leaves");
      break;
    case Type::room_subject:
      body["event"] = "topic_change";
      break;
    case Type::message_created:
    case Type::reaction_added:
    case Type::reaction_removed:
    case Type::presence_changed:
    case Type::endpoint_ping:
    case Type::endpoint_failing:
      break;
  }
  request.fields.set("Content-Type", "application/json");
  request.body = dump_json(body);
}

Result<void> add_ntfy(net::HttpRequest& request, const Happening& happening) {
  constexpr std::size_t most = 4096;
  const bool spans = !happening.content.spans.empty();
  const chat::Content content = whole_content(happening);
  request.body = marked(happening, spans ? to_markdown(content) : content.text);
  if (request.body.size() > most) return failure(Fault::too_long, "ntfy takes 4,096 bytes at most");
  const std::string& room = happening.room.name.empty() ? happening.room.jid : happening.room.name;
  request.fields.set("Title", header_text(speaker_of(happening) + (room.empty() ? "" : " in " + room)));
  request.fields.set("Content-Type", "text/plain; charset=utf-8");
  if (spans) request.fields.set("Markdown", "yes");
  const auto& files = happening.content.attachments;
  if (!files.empty() && !files.front().url.empty()) request.fields.set("Attach", header_text(files.front().url));
  return {};
}

}  // namespace dragoman::backends::webhook
