#include "backends/webhook/out_format.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/webhook/envelope.hpp"
#include "backends/webhook/markup.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/signature.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {
namespace {

using nlohmann::json;
using Type = Happening::Type;

/// "!deploy 42" of alice in a room, at 2026-11-20T08:15:30.123Z.
Happening deploy() {
  Happening happening;
  happening.type = Type::message_created;
  happening.time = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{8} +
                             std::chrono::minutes{15} + std::chrono::milliseconds{30'123}};
  happening.id = "msg_0123456789abcdef";
  happening.endpoint = "ci@hook.example.org";
  happening.room = {"#ci@hook.example.org", "CI"};
  happening.from.jid = "alice@example.org";
  happening.from.nickname = "alice";
  happening.content = chat::plain("!deploy 42");
  return happening;
}

Outgoing target(std::string format) {
  Outgoing settings;
  settings.url = Secret<std::string>{"https://target.example.net/in?x=1"};
  settings.format = std::move(format);
  settings.secrets = {Secret<std::string>{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  return settings;
}

net::HttpRequest told(const std::string& format, const Happening& happening, const Sender& sender = {}) {
  auto request = tell(target(format), happening, sender);
  if (!request) {
    ADD_FAILURE() << request.error().text;
    return {};
  }
  EXPECT_EQ(request->method, "POST");
  return std::move(*request);
}

json body_of(const net::HttpRequest& request) { return json::parse(request.body); }

TEST(WebhookOutStandard, SaysEverything) {
  Happening happening = deploy();
  happening.content.attachments.push_back(
      {"https://files.example.org/log.txt", "log.txt", "text/plain", 123, 0, 0, "", "", {}});
  happening.content.reply_to = chat::MessageId{"said-before"};
  happening.reply_text = "ready?";
  happening.stanza_id = "s1";
  happening.gap = 2;
  const Sender sender{"dragoman 0.1.0", "dg:7f3a", "https://gateway.example.org/r/abc"};
  const auto request = told("standard", happening, sender);
  EXPECT_EQ(body_of(request), json::parse(R"({
    "type": "message.created", "timestamp": "2026-11-20T08:15:30.123Z",
    "reply_url": "https://gateway.example.org/r/abc",
    "data": {"id": "msg_0123456789abcdef", "endpoint": "ci@hook.example.org", "kind": "groupchat", "backend": "xmpp",
      "room": {"jid": "#ci@hook.example.org", "name": "CI"},
      "from": {"jid": "alice@example.org", "occupant_id": null, "nick": "alice", "avatar_url": null, "bridged_from": null},
      "text": "!deploy 42", "html": null, "lang": null, "thread": null,
      "reply_to": {"id": "said-before", "text": "ready?"}, "replaces": null, "action": false,
      "attachments": [{"url": "https://files.example.org/log.txt", "name": "log.txt", "type": "text/plain", "size": 123}],
      "native": {"stanza_id": "s1", "origin_id": null}, "hops": 1, "via": [], "gap": 2}})"));
  EXPECT_EQ(request.fields.get("Content-Type"), "application/json");
  EXPECT_EQ(request.fields.get("User-Agent"), "dragoman/0.1.0");
  EXPECT_EQ(request.fields.get("X-Dragoman-Via"), "dg:7f3a");
  EXPECT_EQ(request.fields.get("Idempotency-Key"), "msg_0123456789abcdef");
  EXPECT_EQ(request.url.target, "/in?x=1");
}

TEST(WebhookOutStandard, IsSignedAsItsLibrariesProve) {
  auto request = told("standard", deploy());
  sign_request(request, target("standard"), "msg_0123456789abcdef", deploy().time);
  Request arrived;
  for (const auto& [name, value] : request.fields) arrived.headers[text::ascii_lower(name)] = value;
  arrived.body = request.body;
  EXPECT_TRUE(verify(Scheme{}, arrived, target("standard").secrets, deploy().time).has_value());
  arrived.body += ' ';
  EXPECT_FALSE(verify(Scheme{}, arrived, target("standard").secrets, deploy().time).has_value());
}

TEST(WebhookOutStandard, TellsEditsRetractionsReactionsAndPresence) {
  Happening happening = deploy();
  happening.about = "older";
  happening.type = Type::message_updated;
  EXPECT_EQ(body_of(told("standard", happening))["data"]["replaces"], "older");
  happening.type = Type::message_deleted;
  EXPECT_EQ(body_of(told("standard", happening))["data"]["deletes"], "older");
  happening.type = Type::reaction_added;
  happening.reaction = "👍";
  EXPECT_EQ(body_of(told("standard", happening))["data"]["reaction"], "👍");
  EXPECT_EQ(body_of(told("standard", happening))["data"]["message"], "older");
  happening.type = Type::presence_changed;
  happening.availability = "away";
  EXPECT_EQ(body_of(told("standard", happening))["data"]["availability"], "away");
  EXPECT_EQ(body_of(told("standard", happening))["type"], "presence.changed");
}

TEST(WebhookOutCloudevents, DescribesItInHeaders) {
  Happening happening = deploy();
  happening.room.jid = "#tea \"5\"@hook.example.org";
  const auto request = told("cloudevents", happening);
  EXPECT_EQ(request.fields.get("ce-specversion"), "1.0");
  EXPECT_EQ(request.fields.get("ce-id"), happening.id);
  EXPECT_EQ(request.fields.get("ce-type"), "message.created");
  EXPECT_EQ(request.fields.get("ce-source"), "xmpp:ci@hook.example.org");
  EXPECT_EQ(request.fields.get("ce-subject"), "#tea%20%225%22@hook.example.org");
  EXPECT_EQ(request.fields.get("ce-time"), "2026-11-20T08:15:30.123Z");
  EXPECT_EQ(body_of(request)["text"], "!deploy 42");
}

TEST(WebhookOutSlack, IsTheFormOfAnOutgoingWebhook) {
  Outgoing settings = target("slack");
  settings.prefix = "!";
  Happening happening = deploy();
  happening.content = chat::plain("!a < b & see it");
  happening.content.spans = {{chat::Span::Kind::link, 9, 12, "https://x.example/?a&b"},
                             {chat::Span::Kind::bold, 13, 15, ""}};
  const auto request = tell(settings, happening, {});
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->fields.get("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request->body,
            "token=" + slack_token(settings.secrets.front()) +
                "&team_id=hook.example.org&team_domain=hook.example.org"
                "&channel_id=%23ci%40hook.example.org&channel_name=%23ci&user_id=alice%40example.org"
                "&user_name=alice&timestamp=1795162530.123000"
                "&text=%21a%20%26lt%3B%20b%20%26amp%3B%20%3Chttps%3A%2F%2Fx.example%2F%3Fa%26amp%3Bb%7Csee"
                "%3E%20%2Ait%2A&trigger_word=%21");
  EXPECT_EQ(request->body.find("whsec"), std::string::npos);
}

TEST(WebhookOutMattermost, HasThePostAndMilliseconds) {
  Happening happening = deploy();
  happening.room = {};
  const auto request = told("mattermost", happening);
  EXPECT_NE(request.body.find("&channel_name=directmessage"), std::string::npos);
  EXPECT_NE(request.body.find("&timestamp=1795162530123&post_id=msg_0123456789abcdef&text=%21deploy%2042"),
            std::string::npos);
}

TEST(WebhookOutDiscord, SpeaksWithTheNameAndPictureOfThePerson) {
  Happening happening = deploy();
  happening.from.picture = "https://files.example.org/a.png";
  happening.content = chat::plain("@everyone look");
  happening.content.spans = {{chat::Span::Kind::bold, 10, 14, ""}};
  EXPECT_EQ(body_of(told("discord", happening)), json::parse(R"({
    "content": "@everyone **look**", "username": "alice", "avatar_url": "https://files.example.org/a.png",
    "allowed_mentions": {"parse": []}})"));
}

TEST(WebhookOutDiscord, LosesNothingOfALongText) {
  Happening happening = deploy();
  happening.content = chat::plain(std::string(2000, 'a') + std::string(4096, 'b') + std::string(1904, 'c'));
  const json body = body_of(told("discord", happening));
  EXPECT_EQ(body["content"], std::string(2000, 'a'));
  EXPECT_EQ(body["embeds"][0]["description"], std::string(4096, 'b'));
  EXPECT_EQ(body["embeds"][1]["description"], std::string(1904, 'c'));
  happening.content.text += 'd';
  EXPECT_EQ(tell(target("discord"), happening, {}).error().fault, Fault::too_long);
}

TEST(WebhookOutDiscord, NamesThatItRefusesAreChanged) {
  Happening happening = deploy();
  happening.from.nickname = "My Discord Bot";
  EXPECT_EQ(body_of(told("discord", happening))["username"], "My D\u200biscord Bot");
  happening.from.nickname = std::string(100, 'x');
  EXPECT_EQ(body_of(told("discord", happening))["username"], std::string(80, 'x'));
}

TEST(WebhookOutMatterbridge, IsAMessageOfItsApi) {
  Outgoing settings = target("matterbridge");
  settings.url = Secret<std::string>{"https://target.example.net/api/message?gateway=team%201"};
  auto request = tell(settings, deploy(), {});
  ASSERT_TRUE(request.has_value());
  json body = json::parse(request->body);
  EXPECT_EQ(body["text"], "!deploy 42");
  EXPECT_EQ(body["username"], "alice");
  EXPECT_EQ(body["gateway"], "team 1");
  EXPECT_EQ(body["event"], "");
  Happening deleted = deploy();
  deleted.type = Type::message_deleted;
  deleted.about = "older";
  body = body_of(told("matterbridge", deleted));
  EXPECT_EQ(body["event"], "msg_delete");
  EXPECT_EQ(body["id"], "older");
  EXPECT_EQ(body["gateway"], "ci");
}

TEST(WebhookOutNtfy, IsTheTextWithATitle) {
  Happening happening = deploy();
  happening.from.nickname = "Zoë";
  const auto request = told("ntfy", happening);
  EXPECT_EQ(request.body, "!deploy 42");
  EXPECT_EQ(request.fields.get("Title"), "=?UTF-8?B?Wm/DqyBpbiBDSQ==?=");
  happening.content = chat::plain(std::string(4097, 'x'));
  EXPECT_EQ(tell(target("ntfy"), happening, {}).error().fault, Fault::too_long);
}

TEST(WebhookOutTemplate, IsWhatTheOwnerWrote) {
  Outgoing settings = target("template");
  settings.text_template = "{{data.from.nick}} says {{data.text}}";
  const auto request = tell(settings, deploy(), {});
  ASSERT_TRUE(request.has_value()) << request.error().text;
  EXPECT_EQ(request->body, "alice says !deploy 42");
  EXPECT_EQ(request->fields.get("Content-Type"), "text/plain; charset=utf-8");
}

TEST(WebhookOutTemplate, WhatIsJsonStaysJson) {
  Outgoing settings = target("template");
  settings.text_template = R"({"who": "{{data.from.nick}}", "what": "{{data.text}}", "hops": {{data.hops}}})";
  Happening happening = deploy();
  happening.content = chat::plain("a \"quoted\" *word*\nand a line");
  const auto request = tell(settings, happening, {});
  ASSERT_TRUE(request.has_value()) << request.error().text;
  EXPECT_EQ(json::parse(request->body),
            json::parse(R"({"who": "alice", "what": "a \"quoted\" *word*\nand a line", "hops": 1})"));
  EXPECT_EQ(request->fields.get("Content-Type"), "application/json");
}

TEST(WebhookOutFormat, WhatAFormatHasNoWordsForIsNotTold) {
  Happening happening = deploy();
  happening.type = Type::presence_changed;
  for (const OutFormat format : all_out_formats()) {
    const bool everything =
        format == OutFormat::standard || format == OutFormat::cloudevents || format == OutFormat::pattern;
    EXPECT_EQ(can_tell(format, happening), everything) << name_of(format);
    EXPECT_EQ(out_format_named(name_of(format)), format);
  }
  EXPECT_EQ(tell(target("slack"), happening, {}).error().fault, Fault::unsupported);
  EXPECT_EQ(tell(target("carrier-pigeon"), happening, {}).error().fault, Fault::unsupported);
}

TEST(WebhookOutFormat, NothingOfAnAddressStandsInAnError) {
  Outgoing settings = target("standard");
  settings.url = Secret<std::string>{"https://user:canary@target.example.net/canary"};
  const auto refused = tell(settings, deploy(), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().text.find("canary"), std::string::npos);
}

TEST(WebhookMarkup, SpansNestInHtmlEvenWhenTheyCross) {
  chat::Content content = chat::plain("ab<c>d");
  content.spans = {{chat::Span::Kind::bold, 0, 3, ""}, {chat::Span::Kind::italic, 1, 6, ""}};
  EXPECT_EQ(to_html(content), "<strong>a<em>b&lt;</em></strong><em>c&gt;d</em>");
  EXPECT_EQ(to_html(chat::plain("a")), "");
  EXPECT_EQ(to_markdown(chat::plain("a *b*")), "a *b*");
}

}  // namespace
}  // namespace dragoman::backends::webhook
