#include "xmpp/mam.hpp"

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::xmpp {

namespace {

Result<ArchiveRequest> read(const std::string& inside, const std::string& attributes = {}) {
  const auto query = parse_element("<query xmlns='urn:xmpp:mam:2' " + attributes + ">" + inside + "</query>", "");
  return read_archive_request(*query);
}

std::string form(const std::string& fields, const std::string& type = "urn:xmpp:mam:2") {
  return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + type + "</value></field>" + fields +
         "</x>";
}

std::string field(const std::string& name, const std::string& value) {
  return "<field var='" + name + "'><value>" + value + "</value></field>";
}

std::string set(const std::string& inside) {
  return "<set xmlns='http://jabber.org/protocol/rsm'>" + inside + "</set>";
}

Fault fault_of(const std::string& inside) {
  const auto request = read(inside);
  return request ? Fault::internal : request.error().fault;
}

TEST(Mam, AnEmptyQueryAsksForEverything) {
  const auto request = read("");
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->page.max);
  EXPECT_FALSE(request->page.backwards);
  EXPECT_FALSE(request->flipped);
  EXPECT_FALSE(request->start || request->end || request->with);
}

TEST(Mam, EveryFieldIsRead) {
  const auto request = read(form(field("start", "2026-11-20T09:00:00Z") + field("end", "2026-11-20T11:00:00+01:00") +
                                 field("with", "#tea@irc.test/bob") + field("before-id", "9") + field("after-id", "3") +
                                 "<field var='ids'><value>4</value><value>5</value></field>") +
                                set("<max>7</max><after>2</after>") + "<flip-page/>",
                            "queryid='f27'");
  ASSERT_TRUE(request) << request.error().text;
  EXPECT_EQ(request->query_id, "f27");
  EXPECT_EQ(to_datetime(*request->start), "2026-11-20T09:00:00Z");
  EXPECT_EQ(to_datetime(*request->end), "2026-11-20T10:00:00Z");
  EXPECT_EQ(request->with->str(), "#tea@irc.test/bob");
  EXPECT_EQ(request->before_id, "9");
  EXPECT_EQ(request->after_id, "3");
  EXPECT_EQ(request->ids, (std::vector<std::string>{"4", "5"}));
  EXPECT_EQ(request->page.max, 7u);
  EXPECT_EQ(request->page.after, "2");
  EXPECT_TRUE(request->flipped);
}

TEST(Mam, AnEmptyBeforeIsTheLastPage) {
  const auto request = read(set("<before/>"));
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->page.backwards);
  EXPECT_EQ(request->page.before, "");
}

TEST(Mam, WhatIsNoQueryIsRefused) {
  EXPECT_EQ(fault_of(set("<max>-1</max>")), Fault::malformed);
  EXPECT_EQ(fault_of(set("<max>ten</max>")), Fault::malformed);
  EXPECT_EQ(fault_of(set("<max/>")), Fault::malformed);
  EXPECT_EQ(fault_of(set("<index>3</index>")), Fault::unsupported);
  EXPECT_EQ(fault_of(form(field("start", "yesterday"))), Fault::malformed);
  EXPECT_EQ(fault_of(form(field("end", "2026-13-01T00:00:00Z"))), Fault::malformed);
  EXPECT_EQ(fault_of(form(field("with", "@@//"))), Fault::malformed);
  EXPECT_EQ(fault_of(form("", "urn:xmpp:mam:1")), Fault::malformed);
  EXPECT_EQ(fault_of("<x xmlns='jabber:x:data' type='form'/>"), Fault::malformed);
  EXPECT_EQ(fault_of(form(field("free-text-search", "tea"))), Fault::unsupported);
}

TEST(Mam, AHugeNumberIsAsMuchAsThereIs) {
  const auto request = read(set("<max>99999999999999999999999</max>"));
  ASSERT_TRUE(request);
  EXPECT_GT(*request->page.max, 1000u);
}

TEST(Mam, TheFormSaysWhatMayBeAsked) {
  EXPECT_EQ(to_xml(make_archive_form()),
            "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='form'>"
            "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
            "<field var='with' type='jid-single'/><field var='start' type='text-single'/>"
            "<field var='end' type='text-single'/><field var='before-id' type='text-single'/>"
            "<field var='after-id' type='text-single'/><field type='list-multi' var='ids'>"
            "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/></validate>"
            "</field></x></query>");
}

TEST(Mam, TheEndSaysWhichPageItWas) {
  EXPECT_EQ(to_xml(make_fin(true, make_page("3", "9", 16))),
            "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'><first>3</first>"
            "<last>9</last><count>16</count></set></fin>");
  EXPECT_EQ(to_xml(make_fin(false, make_page({}, {}, {}))),
            "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'/></fin>");
}

TEST(Mam, MetadataAreTheEndsOfTheArchive) {
  const ArchiveEnd first{"3", *read_datetime("2026-11-20T09:00:00Z")},
      last{"9", *read_datetime("2026-11-20T10:00:00Z")};
  EXPECT_EQ(to_xml(make_archive_metadata(first, last)),
            "<metadata xmlns='urn:xmpp:mam:2'><start id='3' timestamp='2026-11-20T09:00:00Z'/>"
            "<end id='9' timestamp='2026-11-20T10:00:00Z'/></metadata>");
  EXPECT_EQ(to_xml(make_archive_metadata({}, {})), "<metadata xmlns='urn:xmpp:mam:2'/>");
}

}  // namespace

}  // namespace dragoman::xmpp
