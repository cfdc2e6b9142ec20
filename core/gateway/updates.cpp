#include "gateway/updates.hpp"

#include <algorithm>

#include "xmpp/autoupdate.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

std::string_view Updates::name() const {
  const std::string_view software = context_.software;  // "dragoman 0.1.0"
  return software.substr(0, software.find(' '));
}

bool Updates::is_program(const xmpp::Jid& to) const {
  return !context_.policy.releases.empty() && to.local() == name();
}

void Updates::receive_iq(const xmpp::Element& iq) {
  if (!context_.policy.releases.empty()) {
    context_.link.send(xmpp::make_autoupdate(iq, context_.policy.releases));
  } else {
    context_.link.send(xmpp::make_error_reply(iq, {"service-unavailable", {}, {}, {}}));
  }
}

bool Updates::is_question(const xmpp::Element& iq, const xmpp::Jid& to) const {
  return is_program(to) && iq.get("type") == "get" && iq.first_element()->is("query", xmpp::autoupdate_ns);
}

bool Updates::is_announcement(const xmpp::Element& presence, const xmpp::Jid& to) const {
  const std::string_view version = to.resource();
  return is_program(to) && presence.get("type").empty() && !version.empty() && version[0] >= '0' && version[0] <= '9';
}

void Updates::announced(const xmpp::Jid& from, const xmpp::Jid& to) {
  const auto& releases = context_.policy.releases;
  const auto newest = std::find_if(releases.begin(), releases.end(),
                                   [](const xmpp::Release& release) { return release.kind == "release"; });
  if (newest == releases.end() || xmpp::compare_versions(to.resource(), newest->version) >= 0) return;
  if (told_.size() >= most_told) told_.clear();
  std::string& heard = told_[std::string{from.bare_view()}];
  if (heard == newest->version) return;
  heard = newest->version;
  const std::string program{name()};
  const std::string address = program + '@' + context_.link.jid().str();
  std::string body = "Version " + newest->version + " of " + program + " can be had";
  if (!newest->url.empty()) body += ": " + newest->url;
  if (!newest->description.empty()) body += '\n' + newest->description;
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", address, from.str());
    writer.leaf("subject", "Upgrade available for " + program);
    writer.leaf("body", body);
    xmpp::write_autoupdate(writer, address);
  });
}

}  // namespace dragoman::gateway
