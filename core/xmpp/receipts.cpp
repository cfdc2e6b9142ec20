#include "xmpp/receipts.hpp"

#include "xmpp/hints.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

bool wants_receipt(const Element& message) {
  const std::string_view type = message.get("type");
  return type != "error" && type != "groupchat" && !message.get("id").empty() &&
         message.child("request", ns::receipts) != nullptr && message.child("received", ns::receipts) == nullptr;
}

std::string_view read_receipt(const Element& message) {
  const Element* received = message.child("received", ns::receipts);
  return received == nullptr ? std::string_view{} : received->get("id");
}

void write_receipt_request(Writer& writer) {
  writer.open("request", ns::receipts);
  writer.close();
}

void write_receipt(Writer& writer, std::string_view id) {
  writer.open("received", ns::receipts);
  writer.attribute("id", id);
  writer.close();
  write_hint(writer, Hint::store);
}

}  // namespace dragoman::xmpp
