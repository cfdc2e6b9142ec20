#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/timers.hpp"
#include "gateway/context.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/query_action.hpp"

namespace dragoman::gateway {

/// What people keep with the gateway (jabber:iq:private, XEP-0049, with the actions of XEP-0099): one document a
/// person, encrypted at rest, at most 64 KiB; two data are the same when name and namespace of their root are. It is
/// read when it is asked for, and stays in memory for a few seconds: longer than a turn, so that who writes and reads
/// at once reads what they wrote.
class PrivateData {
 public:
  static constexpr std::size_t most_bytes = 64 * 1024;
  static constexpr bool strict_by_default = false;

  explicit PrivateData(Context& context) : context_(context), tidy_(context.timers) {}
  PrivateData(const PrivateData&) = delete;
  PrivateData& operator=(const PrivateData&) = delete;

  /// Answers a get or set, now or when the store has been read.
  void receive_iq(const xmpp::Element& iq, const xmpp::Jid& from);
  /// The person has unregistered: nothing of theirs stays.
  void forget(const std::string& person);

 private:
  using Values = std::map<std::string, std::string>;  // root, as XML, by private_key
  struct Person {
    bool read = false;
    Values values;
    std::vector<xmpp::Element> waiting;  // checked, in the order of asking
    Instant used{};
  };

  void load(const std::string& person);
  void loaded(const std::string& person, const std::string& json);
  void answer(const std::string& name, Person& person, const xmpp::Element& iq);
  bool store(const std::string& name, Person& person, const xmpp::Element& iq, const xmpp::Element& root);
  void save(const std::string& name, const Values& values);
  void show(const Values& values, const xmpp::Element& iq, const xmpp::Element& root, bool exists);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);
  std::string owner(const std::string& person) const { return context_.link.jid().str() + ' ' + person; }
  void tidy();

  Context& context_;
  std::map<std::string, Person> people_;  // by bare JID
  Timer tidy_;
};

}  // namespace dragoman::gateway
