#include "gateway/announcements.hpp"

#include "gateway/json_text.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {
constexpr const char* announcement_kind = "announcement";
}

void Announcements::load(store::Reader& reader) {
  const auto stored = reader.document(announcement_kind, context_.link.jid().str(), {});
  if (!stored) return;
  const nlohmann::json object = nlohmann::json::parse(*stored, nullptr, false);
  welcome_ = string_at(object, "welcome");
  motd_ = string_at(object, "motd");
  if (object.is_object() && object.contains("number") && object["number"].is_number_integer()) {
    motd_number_ = object["number"].get<std::int64_t>();
  }
}

void Announcements::keep() {
  context_.store.put({announcement_kind,
                      context_.link.jid().str(),
                      {},
                      dump({{"welcome", welcome_}, {"motd", motd_}, {"number", motd_number_}})});
}

std::string Announcements::greeting() const {
  if (!welcome_.empty()) return welcome_;
  const std::string& domain = context_.link.jid().str();
  std::string text = "This is the gateway to " + context_.network.describe().name + " (" + domain + ").\n";
  text += context_.network.describe().rooms ? "Join a room as #room@" + domain + ", write to a person as nickname@"
                                            : "Write to a person as nickname@";
  return text + domain + ".\nWrite \"help\" here for what else I can do.";
}

void Announcements::greet(std::string_view person) {
  if (!context_.policy.welcome || context_.settings.flag(person, "greeted", false)) return;
  is_known(person);
  say(person, {}, greeting());
}

void Announcements::is_known(std::string_view person) {
  if (context_.policy.welcome) context_.settings.set_flag(person, "greeted", true);
}

void Announcements::set_welcome(std::string text) {
  welcome_ = std::move(text);
  keep();
}

void Announcements::on_login(std::string_view person) {
  if (motd_.empty() || context_.settings.number(person, "motd", 0) == motd_number_) return;
  tell_motd(person);
}

void Announcements::tell_motd(std::string_view person) {
  context_.settings.set_number(person, "motd", motd_number_);
  say(person, "Message of the day", motd_);
}

void Announcements::set_motd(std::string text, bool is_new) {
  motd_ = std::move(text);
  if (is_new) ++motd_number_;
  keep();
  if (!is_new || motd_.empty()) return;
  context_.each_user([this](User& user) {
    if (user.is_present()) tell_motd(user.jid().str());
  });
}

void Announcements::announce(const std::string& subject, const std::string& text) {
  context_.each_user([&](User& user) {
    if (user.is_present()) say(user.jid().str(), subject, text);
  });
}

void Announcements::say(std::string_view person, const std::string& subject, const std::string& text) {
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", context_.link.jid().str(), person);
    // A chat is what every client of today shows; a title makes it a message of its own where there is such a thing.
    writer.attribute("type", subject.empty() ? "chat" : "normal");
    if (!subject.empty()) writer.leaf("subject", subject);
    writer.leaf("body", text);
  });
}

}  // namespace dragoman::gateway
