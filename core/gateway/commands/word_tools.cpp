#include "gateway/commands/word_tools.hpp"

#include "base/settings.hpp"
#include "base/text.hpp"

namespace dragoman::gateway::commands {

namespace {
constexpr std::size_t longest_reason = 500;
}

Result<xmpp::Jid> read_person_jid(const std::string& text) {
  const auto jid = xmpp::Jid::parse(text::trim(text));
  if (!jid) return failure(Fault::unacceptable, '"' + text + "\" is no address: " + jid.error().text);
  if (jid->local().empty()) {
    return failure(Fault::unacceptable, '"' + text + "\" is a domain, not a person such as juliet@example.org.");
  }
  return jid->bare();
}

Result<Duration> read_time(const std::string& text) {
  const auto time = parse_duration(text::trim(text));
  if (time) return *time;
  return failure(Fault::unacceptable, '"' + text + "\" is no length of time; write it like 30s, 5m, 12h or 2d.");
}

Result<std::string> read_reason(const std::string& text) {
  std::string reason = text::without_controls(text::to_xml_text(text), false);
  if (reason.size() <= longest_reason) return reason;
  return failure(Fault::too_long, "The reason is longer than " + std::to_string(longest_reason) + " bytes.");
}

std::string duration_text(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172800) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

}  // namespace dragoman::gateway::commands
