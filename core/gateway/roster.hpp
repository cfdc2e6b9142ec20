#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/timers.hpp"
#include "gateway/context.hpp"
#include "gateway/privileges.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/roster.hpp"
#include "xmpp/roster_exchange.hpp"

namespace dragoman::gateway {

/// What of ours shall stand in a person's roster, and the means for it, the first that there is (XEP-0100, XEP-0144):
///
/// 1. The privilege of their server (XEP-0356): one item a question, with name and group, subscribed both ways.
/// 2. Without it, contacts that the network has told are offered to clients that know roster item exchange.
/// 3. What the person has asked for themselves ends in a subscription request, and so do contacts of the network where
///    neither is to be had and they are few: each once. A long list waits for the command `contacts`.
///
/// What the person has changed stays: names and groups that are not ours any more are kept, and who was taken out is
/// not put in again.
class Roster {
 public:
  class Host {
   public:
    /// The address stands in the roster now; from the person's side: they see it, it sees them.
    virtual void in_roster(const std::string& localpart, bool sees, bool seen) = 0;
    /// It does not, and the person wants it.
    virtual void not_in_roster(const std::string& localpart) = 0;
    /// The network has this contact, and there is no other way to say so than to ask.
    virtual void ask_about(const std::string& localpart) = 0;
    /// The person has taken it out while we did not look.
    virtual void taken_out(const std::string& localpart) = 0;
    /// Tells the clients that take suggestions; false when there is none.
    virtual bool suggest(const std::vector<xmpp::SuggestedContact>& contacts) = 0;

   protected:
    ~Host() = default;
  };
  enum class State {
    wanted,
    offered,  ///< a client was told, once: who said no is not asked again
    put,      ///< by us
    deleted,  ///< by the person
  };
  struct Wish {
    std::string localpart;  ///< empty: the gateway itself
    std::string name;
    std::vector<std::string> groups;
    bool asked_for = false;  ///< by the person, who has just subscribed, registered or imported it
  };

  /// `owner` is the person's bare address, `documents` the owner of what is stored of them; all outlive this.
  Roster(Context& context, const xmpp::Jid& owner, std::string documents, Host& host);

  void want(Wish wish);
  /// The network has no such contact any more: out of the roster, if we have put it there. True: the server does it.
  bool drop(const std::string& localpart);
  /// The person has deleted it: it is not offered again.
  void deleted(std::string_view localpart);
  void restore(std::string_view localpart, const std::string& json);
  /// There is another way now: a privilege was granted, a client came, the stream is back.
  void retry();
  /// Contacts of the network that are not in the roster, for the person who wants to be asked about each.
  std::vector<std::string> missing() const;
  /// The answer to a question about this person; `question` says which, late ones are void.
  void read(std::uint64_t question, Result<Privileges::Items> items);
  void wrote(std::uint64_t question, const Result<void>& written);
  void forget_all();

 private:
  /// What a document says of an address.
  struct Entry {
    State state = State::wanted;
    std::string name;  ///< as we gave it
    std::vector<std::string> groups;
  };
  enum class Stage { idle, reading, writing, checking };

  void start();
  void next();
  void finish();
  void give_up(const Error& error);
  /// Those that are in no roster and were not offered yet.
  std::vector<xmpp::SuggestedContact> unoffered() const;
  void offer();
  void ask_about_few();
  void mark_offered(const std::vector<xmpp::SuggestedContact>& contacts);
  void ask_roster(Stage stage);
  xmpp::RosterItem merged(const Wish& wish, const xmpp::RosterItem* have, const Entry& entry) const;
  void store(const std::string& localpart, const Entry& entry);
  std::string address(const std::string& localpart) const;

  Context& context_;
  const xmpp::Jid& owner_;
  const std::string documents_;
  Host& host_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::deque<Wish> waiting_;
  Stage stage_ = Stage::idle;
  std::uint64_t question_ = 0;
  std::map<std::string, xmpp::RosterItem> have_;  // by localpart, while it works
  Wish current_;
  std::vector<Wish> written_;
  Timer again_, ask_;
};

}  // namespace dragoman::gateway
