#include "xmpp/mam.hpp"

#include "xmpp/data_form.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::string_view forward = "urn:xmpp:forward:0";                          // XEP-0297
constexpr std::string_view validate = "http://jabber.org/protocol/xdata-validate";  // XEP-0122

Result<void> read_time(const DataForm::Field& field, std::string_view value, std::optional<Timestamp>& time) {
  if (value.empty()) return {};
  time = read_datetime(value);
  if (time) return {};
  return failure(Fault::malformed, field.var + " is not a date like 2026-11-20T09:00:00Z.");
}

Result<void> read_field(const DataForm::Field& field, ArchiveRequest& request) {
  const std::string_view value = field.values.empty() ? std::string_view{} : field.values.front();
  if (field.var == "start") return read_time(field, value, request.start);
  if (field.var == "end") return read_time(field, value, request.end);
  if (field.var == "before-id") {
    request.before_id = value;
  } else if (field.var == "after-id") {
    request.after_id = value;
  } else if (field.var == "ids") {
    for (const std::string& id : field.values) {
      if (!id.empty()) request.ids.push_back(id);
    }
  } else if (field.var == "with") {
    if (value.empty()) return {};
    const auto jid = Jid::parse(value);
    if (!jid) return failure(Fault::malformed, "with is not an address.");
    request.with = *jid;
  } else if (!field.var.empty()) {
    return failure(Fault::unsupported, "This archive cannot be searched by '" + field.var + "'.");
  }
  return {};
}

}  // namespace

Result<ArchiveRequest> read_archive_request(const Element& query) {
  ArchiveRequest request;
  request.query_id = query.get("queryid");
  request.flipped = query.child("flip-page", ns::mam) != nullptr;
  auto page = read_page_request(query);
  if (!page) return page.error();
  request.page = std::move(*page);
  const Element* x = query.child("x", ns::data_form);
  if (x == nullptr) return request;
  const auto form = read_data_form(*x);
  if (!form || form->type != DataForm::Type::submit || form->form_type != ns::mam) {
    return failure(Fault::malformed, "The form of an archive query is a submitted one of the type urn:xmpp:mam:2.");
  }
  for (const DataForm::Field& field : form->fields) {
    if (auto done = read_field(field, request); !done) return done.error();
  }
  return request;
}

Element make_archive_form() {
  DataForm form;
  form.form_type = ns::mam;
  form.add("with", "jid-single");
  for (const std::string_view name : {"start", "end", "before-id", "after-id"}) form.add(name, "text-single");
  Element x = make_data_form(form);
  Element& ids = x.add("field");
  ids.set("type", "list-multi").set("var", "ids");
  Element& any = ids.add("validate", validate);
  any.set("datatype", "xs:string");
  any.add("open");
  Element query{"query", ns::mam};
  query.add(std::move(x));
  return query;
}

Element make_fin(bool complete, Element page) {
  Element fin{"fin", ns::mam};
  if (complete) fin.set("complete", "true");
  fin.add(std::move(page));
  return fin;
}

Element make_archive_metadata(const std::optional<ArchiveEnd>& first, const std::optional<ArchiveEnd>& last) {
  Element metadata{"metadata", ns::mam};
  if (first) metadata.add("start").set("id", first->id).set("timestamp", to_datetime(first->time));
  if (last) metadata.add("end").set("id", last->id).set("timestamp", to_datetime(last->time));
  return metadata;
}

void open_archive_result(Writer& writer, std::string_view query_id, std::string_view id, Timestamp time) {
  writer.open("result", ns::mam);
  if (!query_id.empty()) writer.attribute("queryid", query_id);
  writer.attribute("id", id);
  writer.open("forwarded", forward);
  writer.open("delay", ns::delay);
  writer.attribute("stamp", to_datetime(time));
  writer.close();
}

}  // namespace dragoman::xmpp
