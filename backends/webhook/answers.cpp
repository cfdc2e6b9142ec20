#include "backends/webhook/answers.hpp"

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/token.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::backends::webhook {

namespace {

net::HttpResponse make_json(int status, const nlohmann::json& body, const char* type = "application/json") {
  net::HttpResponse response;
  response.status = status;
  response.fields.set("Content-Type", type);
  response.body = dump_json(body) + '\n';
  return response;
}

net::HttpResponse make_ok() {
  net::HttpResponse response;
  response.status = 200;
  response.fields.set("Content-Type", "text/plain; charset=utf-8");
  response.body = "ok";  // not a byte more
  return response;
}

/// Libraries of Discord read ids as numbers below 2^63.
std::string snowflake_of(const std::string& id) {
  constexpr std::size_t hex_digits = 15;
  return std::to_string(std::stoull(sha256(id).substr(0, hex_digits), nullptr, 16));
}

std::string iso_time(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d000+00:00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

/// The message as Discord would describe it, as far as libraries read it.
nlohmann::json discord_message(const Accepted& accepted) {
  const std::string id = accepted.messages.empty() ? accepted.id : accepted.messages.front();
  nlohmann::json message;
  message["id"] = snowflake_of(id);
  message["type"] = 0;
  message["content"] = accepted.text;
  message["channel_id"] = snowflake_of("channel");
  message["webhook_id"] = snowflake_of("webhook");
  message["author"] = {{"id", snowflake_of("webhook")},
                       {"bot", true},
                       {"username", "webhook"},
                       {"discriminator", "0000"},
                       {"avatar", nullptr}};
  message["timestamp"] = iso_time(accepted.time);
  message["edited_timestamp"] = nullptr;
  message["tts"] = message["mention_everyone"] = message["pinned"] = false;
  for (const char* list : {"attachments", "embeds", "mentions", "mention_roles", "components"}) {
    message[list] = nlohmann::json::array();
  }
  message["flags"] = 0;
  return message;
}

/// Some senders take nothing but 200 for a success.
bool wants_200(const Caller& caller) {
  if (!caller.format || caller.waits) return true;
  return *caller.format == Format::text || *caller.format == Format::form || *caller.format == Format::multipart ||
         *caller.format == Format::apprise || *caller.format == Format::ntfy;
}

}  // namespace

net::HttpResponse answer_accepted(const Caller& caller, const Accepted& accepted) {
  switch (caller.dialect) {
    case Dialect::slack:
    case Dialect::mattermost:
      return make_ok();
    case Dialect::discord: {
      if (caller.waits) return make_json(accepted.pending ? 202 : 200, discord_message(accepted));
      net::HttpResponse response;
      response.status = 204;
      return response;
    }
    case Dialect::plain:
      break;
  }
  nlohmann::json body;
  body["id"] = accepted.id;
  body["duplicate"] = accepted.duplicate;
  if (caller.waits) body["messages"] = accepted.messages;
  return make_json(wants_200(caller) && !accepted.pending ? 200 : 202, body);
}

net::HttpResponse answer_refused(const Caller& caller, const Refusal& refusal) {
  const bool retries_only_5xx =
      caller.is_alertmanager || caller.format == Format::alertmanager || caller.format == Format::grafana;
  const int status = refusal.status == 429 && retries_only_5xx ? 503 : refusal.status;
  net::HttpResponse response;
  if (caller.dialect == Dialect::slack || caller.dialect == Dialect::mattermost) {
    response = net::make_text_response(status, status == 400 ? "invalid_payload" : refusal.text);
  } else if (caller.dialect == Dialect::discord) {
    nlohmann::json body{{"message", refusal.text}, {"code", 0}};
    if (refusal.retry_after) body["retry_after"] = refusal.retry_after->count();
    response = make_json(status, body);
  } else {
    nlohmann::json problem;
    problem["title"] = net::reason_of(status);
    problem["status"] = status;
    problem["detail"] = refusal.text;
    response = make_json(status, problem, "application/problem+json");
  }
  if (refusal.retry_after) response.fields.set("Retry-After", std::to_string(refusal.retry_after->count()));
  return response;
}

Refusal refusal_for(const Error& error) {
  switch (error.fault) {
    case Fault::too_long:
      return {413, error.text};
    case Fault::unsupported:
      return {415, error.text};
    case Fault::unacceptable:
      return {422, error.text};
    default:
      return {400, error.text};
  }
}

net::HttpResponse answer_to_browser() {
  net::HttpResponse response;
  response.status = 200;
  response.fields.set("Content-Type", "text/html; charset=utf-8");
  response.fields.set("Content-Security-Policy", "default-src 'none'");
  response.fields.set("Referrer-Policy", "no-referrer");
  response.body =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">"
      "<title>A webhook</title><h1>This is the address of a webhook</h1>"
      "<p>Programs send messages to it with POST. Nothing happens when you open it here.</p>"
      "<p>Keep the address to yourself: whoever has it can send.</p></html>\n";
  return response;
}

}  // namespace dragoman::backends::webhook
