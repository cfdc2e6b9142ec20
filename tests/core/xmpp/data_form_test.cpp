#include "xmpp/data_form.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

TEST(DataForms, AreWrittenWithFormTypeFirstAndHidden) {
  DataForm form;
  form.form_type = "jabber:iq:register";
  form.title = "Account";
  form.instructions = "Choose.";
  form.add("nick", "text-single", "alice").required = true;
  DataForm::Field& server = form.add("server", "list-single");
  server.label = "Server";
  server.description = "Where to";
  server.options = {{"a.example", "A"}, {"b.example", ""}};
  EXPECT_EQ(
      make_data_form(form),
      xml("<x xmlns='jabber:x:data' type='form'><title>Account</title><instructions>Choose.</instructions>"
          "<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>"
          "<field var='nick' type='text-single'><required/><value>alice</value></field>"
          "<field var='server' type='list-single' label='Server'><desc>Where to</desc>"
          "<option label='A'><value>a.example</value></option><option><value>b.example</value></option></field></x>"));
}

TEST(DataForms, AreReadByNameWithoutTypes) {
  const auto form = read_data_form(
      xml("<x xmlns='jabber:x:data' type='submit'><field var='b'><value>2</value><value>3</value></field>"
          "<field var='a'><value/></field><field var='FORM_TYPE'><value>some:form</value></field></x>"));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->type, DataForm::Type::submit);
  EXPECT_EQ(form->form_type, "some:form");
  EXPECT_EQ(form->find("b")->values, (std::vector<std::string>{"2", "3"}));
  EXPECT_EQ(form->value("b"), "2");
  EXPECT_EQ(form->value("a"), "");
  EXPECT_EQ(form->value("nothing"), "");
  EXPECT_EQ(form->find("FORM_TYPE"), nullptr);
  EXPECT_EQ(form->find("nothing"), nullptr);
}

TEST(DataForms, KnowTheirFourTypes) {
  EXPECT_EQ(read_data_form(xml("<x xmlns='jabber:x:data' type='cancel'/>"))->type, DataForm::Type::cancel);
  EXPECT_EQ(read_data_form(xml("<x xmlns='jabber:x:data' type='form'/>"))->type, DataForm::Type::form);
  EXPECT_EQ(read_data_form(xml("<x xmlns='jabber:x:data' type='result'/>"))->type, DataForm::Type::result);
  EXPECT_EQ(read_data_form(xml("<x xmlns='jabber:x:data'/>"))->type, DataForm::Type::submit);
  EXPECT_FALSE(read_data_form(xml("<x xmlns='jabber:x:data' type='other'/>")));
  EXPECT_FALSE(read_data_form(xml("<x xmlns='jabber:x:oob' type='form'/>")));
}

TEST(DataForms, AreFoundBesideOtherChildren) {
  EXPECT_TRUE(find_data_form(
      xml("<query xmlns='q'><x xmlns='jabber:x:oob'/><x xmlns='jabber:x:data' type='submit'/></query>")));
  EXPECT_FALSE(find_data_form(xml("<query xmlns='q'><x xmlns='jabber:x:oob'/></query>")));
}

TEST(DataForms, ComeBackWithRowsAndOptions) {
  DataForm form;
  form.type = DataForm::Type::result;
  form.form_type = "jabber:iq:search";
  form.reported.push_back({"jid", "jid-single", "Address", "", false, {}, {}});
  form.items = {{{"jid", "", "", "", false, {"a@irc.example.org"}, {}}},
                {{"jid", "", "", "", false, {"b@irc.example.org"}, {}}}};
  form.add("", "fixed", "one & two");
  form.add("lines", "text-multi").values = {"first", "", "third"};
  const auto again = read_data_form(make_data_form(form));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->reported, form.reported);
  EXPECT_EQ(again->items, form.items);
  EXPECT_EQ(again->fields, form.fields);
  EXPECT_EQ(again->form_type, form.form_type);
}

TEST(DataForms, SayWhichNumbersFit) {  // XEP-0122 5.1
  DataForm form;
  form.add("messages", "text-single", "20").range = {0, 100};
  const Element made = make_data_form(form);
  const Element* field = made.child("field", ns::data_form);
  ASSERT_NE(field, nullptr);
  const Element* validate = field->child("validate", "http://jabber.org/protocol/xdata-validate");
  ASSERT_NE(validate, nullptr);
  EXPECT_EQ(validate->get("datatype"), "xs:integer");
  EXPECT_EQ(validate->first_element()->get("min"), "0");
  EXPECT_EQ(validate->first_element()->get("max"), "100");
}

}  // namespace
}  // namespace dragoman::xmpp
