#include "gateway/link_offers.hpp"
#include "gateway/returned.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/user.hpp"

// Links that are offered to somebody by jabber:iq:oob (XEP-0066 3).

namespace dragoman::gateway {

void SentMessages::on_link_offer(const xmpp::Element& iq, const xmpp::OutOfBand& link,
                                 const chat::Conversation& conversation) {
  if (!user_.registered() && context_.policy.needs_account()) {
    return user_.refuse(iq, Fault::members_only,
                        "Register with " + context_.link.jid().str() + " before you write here.");
  }
  const std::string part = chat::part_of(context_.network, conversation);
  if (const auto may = user_.may_connect(part); !may) return user_.refuse(iq, may.error().fault, may.error().text);
  chat::Content content;
  chat::Attachment& attachment = content.attachments.emplace_back();
  attachment.url = link.url;
  attachment.description = link.description;
  const auto accepted = outgoing_.accept(chat::SendMessage{conversation, std::move(content)},
                                         std::string{iq.get("from")}, write_reference({iq.get("id"), {}, false}));
  if (!accepted) return user_.refuse(iq, accepted.error().fault, accepted.error().text);
  ++context_.traffic.accepted;
  user_.need_uplink(part).last_private = context_.timers.clock().now();
  if (!offers_) offers_ = std::make_unique<LinkOffers>(context_);
  offers_->add(context_.store.newest(), iq);
  user_.connect_if_needed(part, {});
}

}  // namespace dragoman::gateway
