#include "backends/webhook/out_format.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/envelope.hpp"
#include "backends/webhook/out_chats.hpp"
#include "backends/webhook/signature.hpp"
#include "backends/webhook/template.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using Type = Happening::Type;

constexpr std::pair<OutFormat, std::string_view> out_names[] = {
    {OutFormat::standard, "standard"}, {OutFormat::cloudevents, "cloudevents"},
    {OutFormat::slack, "slack"},       {OutFormat::mattermost, "mattermost"},
    {OutFormat::discord, "discord"},   {OutFormat::matterbridge, "matterbridge"},
    {OutFormat::ntfy, "ntfy"},         {OutFormat::pattern, "template"},
};

constexpr OutFormat out_formats[] = {OutFormat::standard,   OutFormat::cloudevents, OutFormat::slack,
                                     OutFormat::mattermost, OutFormat::discord,     OutFormat::matterbridge,
                                     OutFormat::ntfy,       OutFormat::pattern};

/// CloudEvents 1.0, HTTP binding 3.1: the data is the body, what describes it are headers.
void add_cloudevent(net::HttpRequest& request, const Happening& happening, const Sender& sender) {
  request.fields.set("ce-specversion", "1.0");
  request.fields.set("ce-id", happening.id);
  request.fields.set("ce-type", std::string{name_of(happening.type)});
  request.fields.set("ce-source", "xmpp:" + cloudevent_value(happening.endpoint));
  request.fields.set("ce-time", to_rfc3339(happening.time));
  if (!happening.room.jid.empty()) request.fields.set("ce-subject", cloudevent_value(happening.room.jid));
  if (!sender.reply_url.empty()) request.fields.set("ce-replyurl", sender.reply_url);
  request.fields.set("Content-Type", "application/json");
  request.body = dump_json(data_of(happening));
}

Result<void> add_pattern(net::HttpRequest& request, const Outgoing& target, const Happening& happening,
                         const Sender& sender) {
  const auto pattern = Template::compile(target.text_template);
  if (!pattern) return pattern.error();
  auto text = pattern->render_plain(envelope_of(happening, sender.reply_url));
  if (!text) return text.error();
  request.body = std::move(*text);
  const bool json = parse_json(request.body).has_value();
  request.fields.set("Content-Type", json ? "application/json" : "text/plain; charset=utf-8");
  return {};
}

}  // namespace

std::string_view name_of(OutFormat format) {
  const auto found = std::find_if(std::begin(out_names), std::end(out_names),
                                  [format](const auto& each) { return each.first == format; });
  return found->second;
}

std::optional<OutFormat> out_format_named(std::string_view name) {
  const auto found = std::find_if(std::begin(out_names), std::end(out_names),
                                  [name](const auto& each) { return text::ascii_iequals(each.second, name); });
  if (found == std::end(out_names)) return std::nullopt;
  return found->first;
}

std::span<const OutFormat> all_out_formats() { return out_formats; }

bool can_tell(OutFormat format, const Happening& happening) {
  const bool message = happening.type == Type::message_created || happening.type == Type::message_updated;
  switch (format) {
    case OutFormat::standard:
    case OutFormat::cloudevents:
    case OutFormat::pattern:
      return true;
    case OutFormat::slack:
    case OutFormat::mattermost:
    case OutFormat::discord:
    case OutFormat::ntfy:
      return (message || happening.type == Type::endpoint_ping) && !plain_text_of(happening).empty();
    case OutFormat::matterbridge:
      return message || happening.type == Type::endpoint_ping || happening.type == Type::message_deleted ||
             happening.type == Type::room_joined || happening.type == Type::room_parted ||
             happening.type == Type::room_subject;
  }
  return false;
}

Result<net::HttpRequest> tell(const Outgoing& target, const Happening& happening, const Sender& sender) {
  const auto format = out_format_named(target.format);
  if (!format) return failure(Fault::unsupported, "the hook has no format \"" + target.format + '"');
  if (!can_tell(*format, happening)) {
    return failure(Fault::unsupported, std::string{name_of(*format)} + " has no words for this");
  }
  auto url = net::parse_url(target.url.reveal());
  if (!url) return failure(Fault::malformed, "the hook has no address that could be sent to");
  net::HttpRequest request;
  request.method = "POST";
  request.url = std::move(*url);
  Result<void> added;
  switch (*format) {
    case OutFormat::standard:
      request.fields.set("Content-Type", "application/json");
      request.body = dump_json(envelope_of(happening, sender.reply_url));
      break;
    case OutFormat::cloudevents:
      add_cloudevent(request, happening, sender);
      break;
    case OutFormat::slack:
      add_slack(request, target, happening);
      break;
    case OutFormat::mattermost:
      add_mattermost(request, target, happening);
      break;
    case OutFormat::discord:
      added = add_discord(request, happening);
      break;
    case OutFormat::matterbridge:
      add_matterbridge(request, happening);
      break;
    case OutFormat::ntfy:
      added = add_ntfy(request, happening);
      break;
    case OutFormat::pattern:
      added = add_pattern(request, target, happening, sender);
      break;
  }
  if (!added) return added.error();
  request.fields.set("User-Agent", user_agent_of(sender.software));
  request.fields.set("Idempotency-Key", happening.id);
  std::string via;
  for (const std::string& each : happening.via) via += each + ", ";
  if (!sender.instance.empty()) request.fields.set("X-Dragoman-Via", via + sender.instance);
  if (!sender.reply_url.empty()) request.fields.set("X-Dragoman-Reply-Url", sender.reply_url);
  return request;
}

void sign_request(net::HttpRequest& request, const Outgoing& target, const std::string& id, Timestamp now) {
  for (auto& [name, value] : sign(Scheme{}, id, request.body, target.secrets, now)) {
    request.fields.set(name, std::move(value));
  }
}

}  // namespace dragoman::backends::webhook
