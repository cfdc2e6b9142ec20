#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/gateway_script.hpp"
#include "xmpp/roster.hpp"

namespace dragoman::test {

/// The server of alice@test, as far as it keeps her roster and lets the gateway write it (XEP-0356).
class RosterServer {
 public:
  explicit RosterServer(GatewayScript& script) : script_(script) {}

  std::map<std::string, xmpp::RosterItem> items;  ///< by address
  std::size_t gets = 0, sets = 0;
  std::string set_error;              ///< condition of the answer to a set; empty: it is done
  bool takes_subscriptions = true;    ///< else a set changes names and groups only
  std::vector<xmpp::Element> others;  ///< what was written beside

  void grants(const std::string& ns = "urn:xmpp:privilege:2") {
    script_.xmpp_sends("<message from='test' to='irc.test'><privilege xmlns='" + ns +
                       "'><perm access='roster' type='both'/><perm access='message' type='outgoing'/></privilege>"
                       "</message>");
  }
  /// Answers until nothing more is asked; the most questions that were open at one time.
  std::size_t serve() {
    std::size_t most = 0;
    for (;;) {
      const auto stanzas = script_.written();
      if (stanzas.empty()) return most;
      std::size_t open = 0;
      for (const auto& stanza : stanzas) {
        if (stanza.name == "iq" && stanza.child("query", xmpp::roster_ns) != nullptr) {
          ++open;
          answer(stanza);
        } else {
          others.push_back(stanza);
        }
      }
      most = std::max(most, open);
    }
  }
  /// "irc.test subscribe" for each presence that was written beside, and forgets them.
  std::vector<std::string> presences() {
    std::vector<std::string> all;
    for (const auto& each : std::exchange(others, {})) {
      if (each.name == "presence") all.push_back(std::string{each.get("from")} + ' ' + std::string{each.get("type")});
    }
    return all;
  }

 private:
  void answer(const xmpp::Element& iq) {
    std::string inside, type = "result";
    if (iq.get("type") == "get") {
      ++gets;
      inside = "<query xmlns='jabber:iq:roster'>";
      for (const auto& [jid, item] : items) inside += to_xml(item);
      inside += "</query>";
    } else {
      ++sets;
      const auto asked = xmpp::read_roster(iq);
      EXPECT_EQ(asked->size(), 1U) << "one item an iq";
      if (!set_error.empty()) {
        type = "error";
        inside = "<error type='cancel'><" + set_error + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
      } else if (asked->front().subscription == "remove") {
        items.erase(asked->front().jid);
      } else {
        xmpp::RosterItem item = asked->front();
        if (!takes_subscriptions) item.subscription = "none";
        items[item.jid] = item;
      }
    }
    script_.xmpp_sends("<iq type='" + type + "' id='" + std::string{iq.get("id")} + "' from='" +
                       std::string{iq.get("to")} + "' to='irc.test'>" + inside + "</iq>");
  }
  static std::string to_xml(const xmpp::RosterItem& item) {
    std::string xml = "<item jid='" + item.jid + "' subscription='" + item.subscription + "'";
    if (!item.name.empty()) xml += " name='" + item.name + "'";
    xml += '>';
    for (const auto& group : item.groups) xml += "<group>" + group + "</group>";
    return xml + "</item>";
  }

  GatewayScript& script_;
};

}  // namespace dragoman::test
