-- A PostgreSQL 15 table for each dataset, with its extended columns. Generated: do not edit. To update it:
-- go test ./internal/export/schema -run TestCreateTable -update
-- legacy_mobilizers has a column for each Key Question response; these are the columns of the default responses.

CREATE TABLE "mobilizers" (
    "state_file_id" text,
    "canonical_voter_id" text,
    "joined_campaign_at" timestamptz NOT NULL,
    "mobilizer_provided_preferred_name" text,
    "mobilizer_provided_first_name" text NOT NULL,
    "voterfile_provided_first_name" text,
    "mobilizer_provided_last_name" text NOT NULL,
    "voterfile_provided_last_name" text,
    "mobilizer_provided_city" text,
    "voterfile_provided_city" text,
    "mobilizer_provided_state" text,
    "voterfile_provided_state" text,
    "mobilizer_provided_zip" text,
    "voterfile_provided_zip" text,
    "mobilizer_email" text,
    "mobilizer_phone" text,
    "match_status" text NOT NULL,
    "first_activity_at" timestamptz,
    "last_activity_at" timestamptz,
    "metric__count_contacts" integer NOT NULL,
    "metric__count_matched_contacts" integer NOT NULL,
    "metric__count_contacts_with_relational_touchpoints" integer NOT NULL,
    "metric__count_relational_touchpoints" integer NOT NULL,
    "metric__count_contacts_with_key_question_responses" integer NOT NULL,
    "metric__count_contacts_without_key_question_response" integer NOT NULL,
    "metric__count_contacts_with_action_item_responses" integer NOT NULL,
    "metric__count_action_item_responses" integer NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    "left_at" timestamptz,
    "match_method" text,
    "match_confidence" numeric(6,2),
    PRIMARY KEY ("rally__user_campaign_membership_id")
);
COMMENT ON COLUMN "mobilizers"."state_file_id" IS 'The state''s id of the voter that the mobilizer is matched to, as in the voter file. Unique within the state only. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "mobilizers"."canonical_voter_id" IS 'Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "mobilizers"."joined_campaign_at" IS 'When the membership began. Returning to a kept membership does not change it.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_preferred_name" IS 'Preferred name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_first_name" IS 'First name, as entered by the mobilizer.';
COMMENT ON COLUMN "mobilizers"."voterfile_provided_first_name" IS 'First name in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_last_name" IS 'Last name, as entered by the mobilizer.';
COMMENT ON COLUMN "mobilizers"."voterfile_provided_last_name" IS 'Last name in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_city" IS 'City, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "mobilizers"."voterfile_provided_city" IS 'City in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_state" IS 'Two-letter state code, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "mobilizers"."voterfile_provided_state" IS 'Two-letter state code in the voter file. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "mobilizers"."mobilizer_provided_zip" IS 'Five-digit zip, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "mobilizers"."voterfile_provided_zip" IS 'Zip in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "mobilizers"."mobilizer_email" IS 'Login email of the mobilizer. Empty: without this membership''s consent to share it.';
COMMENT ON COLUMN "mobilizers"."mobilizer_phone" IS 'Phone in E.164, such as +12155550123. Empty: without this membership''s consent to share it, or if not entered.';
COMMENT ON COLUMN "mobilizers"."match_status" IS 'Result of matching the mobilizer to the voter file: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.';
COMMENT ON COLUMN "mobilizers"."first_activity_at" IS 'First activity of the mobilizer in the campaign. Joining is not an activity. Empty: before the first activity.';
COMMENT ON COLUMN "mobilizers"."last_activity_at" IS 'Latest activity of the mobilizer in the campaign. Empty: before the first activity.';
COMMENT ON COLUMN "mobilizers"."metric__count_contacts" IS 'Number of the mobilizer''s contacts in the campaign.';
COMMENT ON COLUMN "mobilizers"."metric__count_matched_contacts" IS 'Number of the mobilizer''s contacts matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "mobilizers"."metric__count_contacts_with_relational_touchpoints" IS 'Number of the mobilizer''s contacts with at least one relational touchpoint.';
COMMENT ON COLUMN "mobilizers"."metric__count_relational_touchpoints" IS 'Number of relational touchpoints with the mobilizer''s contacts: notes, Key Question answers, and action item responses except tasks marked not completed.';
COMMENT ON COLUMN "mobilizers"."metric__count_contacts_with_key_question_responses" IS 'Number of the mobilizer''s contacts with a current Key Question response.';
COMMENT ON COLUMN "mobilizers"."metric__count_contacts_without_key_question_response" IS 'Number of the mobilizer''s contacts without a current Key Question response.';
COMMENT ON COLUMN "mobilizers"."metric__count_contacts_with_action_item_responses" IS 'Number of the mobilizer''s contacts with a current response to at least one action item.';
COMMENT ON COLUMN "mobilizers"."metric__count_action_item_responses" IS 'Number of current action item responses of the mobilizer''s contacts, tasks marked not completed included.';
COMMENT ON COLUMN "mobilizers"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "mobilizers"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "mobilizers"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "mobilizers"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "mobilizers"."rally__user_id" IS 'User id of the mobilizer.';
COMMENT ON COLUMN "mobilizers"."rally__user_campaign_membership_id" IS 'Id of the membership: the mobilizer in this campaign.';
COMMENT ON COLUMN "mobilizers"."rally__person_id" IS 'Id of the person behind the user in this organization. It never changes.';
COMMENT ON COLUMN "mobilizers"."left_at" IS 'When the mobilizer left the campaign and the contacts stayed. Empty: unless the mobilizer has left and not returned.';
COMMENT ON COLUMN "mobilizers"."match_method" IS 'How the voter was found: search (a candidate of a search), suggestion (accepted by an administrator) or id (given by id). Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "mobilizers"."match_confidence" IS 'Probability in percent that the search gave the voter. Empty: unless match_method is search or suggestion.';

CREATE TABLE "contacts" (
    "state_file_id" text,
    "canonical_voter_id" text,
    "added_to_campaign_at" timestamptz NOT NULL,
    "mobilizer_provided_first_name" text,
    "voterfile_provided_first_name" text,
    "mobilizer_provided_last_name" text,
    "voterfile_provided_last_name" text,
    "mobilizer_provided_city" text,
    "voterfile_provided_city" text,
    "mobilizer_provided_state" text,
    "voterfile_provided_state" text,
    "match_status" text NOT NULL,
    "first_activity_at" timestamptz NOT NULL,
    "last_activity_at" timestamptz NOT NULL,
    "key_question_response_text" text,
    "key_question_response_value" integer,
    "metric__count_key_question_response_changes" integer NOT NULL,
    "metric__count_relational_touchpoints" integer NOT NULL,
    "metric__count_action_item_responses" integer NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__contact_id" uuid NOT NULL,
    "rally__campaign_target_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "mobilizer_provided_preferred_name" text,
    "mobilizer_provided_zip" text,
    "voterfile_provided_zip" text,
    "vote_plan" text,
    "key_question_answered_at" timestamptz,
    "match_method" text,
    "match_confidence" numeric(6,2),
    PRIMARY KEY ("rally__campaign_target_id")
);
COMMENT ON COLUMN "contacts"."state_file_id" IS 'The state''s id of the voter, as in the voter file. Unique within the state only. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "contacts"."canonical_voter_id" IS 'Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "contacts"."added_to_campaign_at" IS 'When the contact was added to this campaign, not to the address book.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_first_name" IS 'First name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."voterfile_provided_first_name" IS 'First name in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_last_name" IS 'Last name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."voterfile_provided_last_name" IS 'Last name in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_city" IS 'City, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."voterfile_provided_city" IS 'City in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_state" IS 'Two-letter state code, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."voterfile_provided_state" IS 'Two-letter state code in the voter file. Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "contacts"."match_status" IS 'Result of matching the contact to the voter file: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.';
COMMENT ON COLUMN "contacts"."first_activity_at" IS 'First activity about the contact: when it was added.';
COMMENT ON COLUMN "contacts"."last_activity_at" IS 'Latest activity about the contact.';
COMMENT ON COLUMN "contacts"."key_question_response_text" IS 'Current text of the current Key Question response. Empty: if there is none or it was cleared.';
COMMENT ON COLUMN "contacts"."key_question_response_value" IS 'Configured value of the current Key Question response. Empty: if there is none or it was cleared.';
COMMENT ON COLUMN "contacts"."metric__count_key_question_response_changes" IS 'Number of changes to a different response after the first answer, clearing included.';
COMMENT ON COLUMN "contacts"."metric__count_relational_touchpoints" IS 'Number of relational touchpoints with the contact: notes, Key Question answers, and action item responses except tasks marked not completed.';
COMMENT ON COLUMN "contacts"."metric__count_action_item_responses" IS 'Number of current action item responses of the contact, tasks marked not completed included.';
COMMENT ON COLUMN "contacts"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "contacts"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "contacts"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "contacts"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "contacts"."rally__contact_id" IS 'Id of the entry in the mobilizer''s address book. The same in every campaign of the organization.';
COMMENT ON COLUMN "contacts"."rally__campaign_target_id" IS 'Id of the contact in this campaign.';
COMMENT ON COLUMN "contacts"."rally__person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "contacts"."rally__user_id" IS 'User id of the mobilizer who added the contact.';
COMMENT ON COLUMN "contacts"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_preferred_name" IS 'Preferred name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."mobilizer_provided_zip" IS 'Five-digit zip, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "contacts"."voterfile_provided_zip" IS 'Zip in the voter file. Empty: unless match_status is CONFIRMED, or if the voter file has none.';
COMMENT ON COLUMN "contacts"."vote_plan" IS 'When, where and how the contact plans to vote. Empty: if none was recorded.';
COMMENT ON COLUMN "contacts"."key_question_answered_at" IS 'When the current Key Question response was recorded. Empty: if there is no current response.';
COMMENT ON COLUMN "contacts"."match_method" IS 'How the voter was found: search (a candidate of a search), suggestion (accepted by an administrator) or id (given by id). Empty: unless match_status is CONFIRMED.';
COMMENT ON COLUMN "contacts"."match_confidence" IS 'Probability in percent that the search gave the voter. Empty: unless match_method is search or suggestion.';

CREATE TABLE "voters" (
    "person_type" text NOT NULL,
    "state_file_id" text NOT NULL,
    "canonical_voter_id" text NOT NULL,
    "added_to_campaign_at" timestamptz NOT NULL,
    "mobilizer_provided_first_name" text,
    "voterfile_provided_first_name" text,
    "mobilizer_provided_last_name" text,
    "voterfile_provided_last_name" text,
    "mobilizer_provided_city" text,
    "voterfile_provided_city" text,
    "mobilizer_provided_state" text,
    "voterfile_provided_state" text NOT NULL,
    "first_activity_at" timestamptz NOT NULL,
    "last_activity_at" timestamptz NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "matched_at" timestamptz NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "rally__contact_id" uuid,
    "rally__campaign_target_id" uuid,
    "rally__person_id" uuid NOT NULL
);
COMMENT ON COLUMN "voters"."person_type" IS 'Type of the matched person: mobilizer or contact.';
COMMENT ON COLUMN "voters"."state_file_id" IS 'The state''s id of the voter, as in the voter file. Unique within the state only.';
COMMENT ON COLUMN "voters"."canonical_voter_id" IS 'Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.';
COMMENT ON COLUMN "voters"."added_to_campaign_at" IS 'Contact: when it was added to this campaign. Mobilizer: when they joined it.';
COMMENT ON COLUMN "voters"."mobilizer_provided_first_name" IS 'First name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "voters"."voterfile_provided_first_name" IS 'First name in the voter file. Empty: if the voter file has none.';
COMMENT ON COLUMN "voters"."mobilizer_provided_last_name" IS 'Last name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "voters"."voterfile_provided_last_name" IS 'Last name in the voter file. Empty: if the voter file has none.';
COMMENT ON COLUMN "voters"."mobilizer_provided_city" IS 'City, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "voters"."voterfile_provided_city" IS 'City in the voter file. Empty: if the voter file has none.';
COMMENT ON COLUMN "voters"."mobilizer_provided_state" IS 'Two-letter state code, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "voters"."voterfile_provided_state" IS 'Two-letter state code in the voter file.';
COMMENT ON COLUMN "voters"."first_activity_at" IS 'Contact: when it was added. Mobilizer: first activity in the campaign.';
COMMENT ON COLUMN "voters"."last_activity_at" IS 'Contact: latest activity about it. Mobilizer: latest activity in the campaign.';
COMMENT ON COLUMN "voters"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "voters"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "voters"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "voters"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "voters"."matched_at" IS 'When this voter was confirmed. Confirming another voter changes it.';
COMMENT ON COLUMN "voters"."rally__user_id" IS 'User id of the mobilizer, or of the mobilizer whose contact it is.';
COMMENT ON COLUMN "voters"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "voters"."rally__contact_id" IS 'Id of the contact''s entry in the mobilizer''s address book. The same in every campaign of the organization. Empty: for mobilizers.';
COMMENT ON COLUMN "voters"."rally__campaign_target_id" IS 'Id of the contact in this campaign. Empty: for mobilizers.';
COMMENT ON COLUMN "voters"."rally__person_id" IS 'Id of the person behind the mobilizer or the contact. It never changes.';

CREATE TABLE "notes" (
    "contact_state_file_id" text,
    "contact_canonical_voter_id" text,
    "mobilizer_provided_contact_first_name" text,
    "voterfile_provided_contact_first_name" text,
    "mobilizer_provided_contact_last_name" text,
    "voterfile_provided_contact_last_name" text,
    "note_created_at" timestamptz NOT NULL,
    "note_content" text NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__contact_id" uuid NOT NULL,
    "rally__campaign_target_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    "rally__note_id" uuid NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "note_updated_at" timestamptz,
    PRIMARY KEY ("rally__note_id")
);
COMMENT ON COLUMN "notes"."contact_state_file_id" IS 'The state''s id of the voter that the contact is matched to, as in the voter file. Unique within the state only. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "notes"."contact_canonical_voter_id" IS 'Id of that voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "notes"."mobilizer_provided_contact_first_name" IS 'First name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "notes"."voterfile_provided_contact_first_name" IS 'First name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "notes"."mobilizer_provided_contact_last_name" IS 'Last name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "notes"."voterfile_provided_contact_last_name" IS 'Last name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "notes"."note_created_at" IS 'When the mobilizer wrote the note. Edits do not change it.';
COMMENT ON COLUMN "notes"."note_content" IS 'Current text of the note, exactly as written, with its line breaks.';
COMMENT ON COLUMN "notes"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "notes"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "notes"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "notes"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "notes"."rally__contact_id" IS 'Id of the contact''s entry in the mobilizer''s address book. The same in every campaign of the organization.';
COMMENT ON COLUMN "notes"."rally__campaign_target_id" IS 'Id of the contact in this campaign.';
COMMENT ON COLUMN "notes"."rally__person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "notes"."rally__note_id" IS 'Id of the note.';
COMMENT ON COLUMN "notes"."rally__user_id" IS 'User id of the mobilizer whose contact it is.';
COMMENT ON COLUMN "notes"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "notes"."note_updated_at" IS 'When the mobilizer last edited the note. Empty: if never edited.';

CREATE TABLE "action_item_responses" (
    "contact_state_file_id" text,
    "contact_canonical_voter_id" text,
    "mobilizer_provided_contact_first_name" text,
    "voterfile_provided_contact_first_name" text,
    "mobilizer_provided_contact_last_name" text,
    "voterfile_provided_contact_last_name" text,
    "action_item_type" text NOT NULL,
    "action_item_title" text NOT NULL,
    "action_item_nickname" text,
    "response_created_at" timestamptz NOT NULL,
    "task_completed" boolean,
    "response_text" text,
    "response_multiple_choice_option_text" text,
    "response_multiple_choice_option_value" text,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__contact_id" uuid NOT NULL,
    "rally__campaign_target_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    "rally__action_item_id" uuid NOT NULL,
    "rally__action_response_id" uuid NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "response_updated_at" timestamptz,
    "response_multiple_choice_option_id" uuid,
    PRIMARY KEY ("rally__action_response_id")
);
COMMENT ON COLUMN "action_item_responses"."contact_state_file_id" IS 'The state''s id of the voter that the contact is matched to, as in the voter file. Unique within the state only. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "action_item_responses"."contact_canonical_voter_id" IS 'Id of that voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "action_item_responses"."mobilizer_provided_contact_first_name" IS 'First name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "action_item_responses"."voterfile_provided_contact_first_name" IS 'First name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "action_item_responses"."mobilizer_provided_contact_last_name" IS 'Last name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "action_item_responses"."voterfile_provided_contact_last_name" IS 'Last name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "action_item_responses"."action_item_type" IS 'Type of the action item: TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "action_item_responses"."action_item_title" IS 'Current title of the action item.';
COMMENT ON COLUMN "action_item_responses"."action_item_nickname" IS 'Current nickname of the action item. Empty: if the action item has none.';
COMMENT ON COLUMN "action_item_responses"."response_created_at" IS 'When the response was first recorded. Changing the response does not change it.';
COMMENT ON COLUMN "action_item_responses"."task_completed" IS 'Whether the task is completed. Empty: unless action_item_type is TASK.';
COMMENT ON COLUMN "action_item_responses"."response_text" IS 'Answer to a free response question, exactly as written. Empty: unless action_item_type is QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "action_item_responses"."response_multiple_choice_option_text" IS 'Current text of the chosen option. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE.';
COMMENT ON COLUMN "action_item_responses"."response_multiple_choice_option_value" IS 'Configured value of the chosen option, a text. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE, and if the option has none.';
COMMENT ON COLUMN "action_item_responses"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "action_item_responses"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "action_item_responses"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "action_item_responses"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "action_item_responses"."rally__contact_id" IS 'Id of the contact''s entry in the mobilizer''s address book. The same in every campaign of the organization.';
COMMENT ON COLUMN "action_item_responses"."rally__campaign_target_id" IS 'Id of the contact in this campaign.';
COMMENT ON COLUMN "action_item_responses"."rally__person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "action_item_responses"."rally__action_item_id" IS 'Id of the action item.';
COMMENT ON COLUMN "action_item_responses"."rally__action_response_id" IS 'Id of the response. Changing the response keeps the id; withdrawing it and responding again creates a new one.';
COMMENT ON COLUMN "action_item_responses"."rally__user_id" IS 'User id of the mobilizer whose contact it is.';
COMMENT ON COLUMN "action_item_responses"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "action_item_responses"."response_updated_at" IS 'When the response was last changed. Empty: if never changed.';
COMMENT ON COLUMN "action_item_responses"."response_multiple_choice_option_id" IS 'Id of the chosen option. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE.';

CREATE TABLE "specific_action_item_responses" (
    "contact_state_file_id" text,
    "contact_canonical_voter_id" text,
    "mobilizer_provided_contact_first_name" text,
    "voterfile_provided_contact_first_name" text,
    "mobilizer_provided_contact_last_name" text,
    "voterfile_provided_contact_last_name" text,
    "action_item_type" text NOT NULL,
    "action_item_title" text NOT NULL,
    "action_item_nickname" text,
    "response_created_at" timestamptz NOT NULL,
    "task_completed" boolean,
    "response_text" text,
    "response_multiple_choice_option_text" text,
    "response_multiple_choice_option_value" text,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__contact_id" uuid NOT NULL,
    "rally__campaign_target_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    "rally__action_item_id" uuid NOT NULL,
    "rally__action_response_id" uuid NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "response_updated_at" timestamptz,
    "response_multiple_choice_option_id" uuid,
    PRIMARY KEY ("rally__action_response_id")
);
COMMENT ON COLUMN "specific_action_item_responses"."contact_state_file_id" IS 'The state''s id of the voter that the contact is matched to, as in the voter file. Unique within the state only. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "specific_action_item_responses"."contact_canonical_voter_id" IS 'Id of that voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "specific_action_item_responses"."mobilizer_provided_contact_first_name" IS 'First name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "specific_action_item_responses"."voterfile_provided_contact_first_name" IS 'First name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "specific_action_item_responses"."mobilizer_provided_contact_last_name" IS 'Last name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "specific_action_item_responses"."voterfile_provided_contact_last_name" IS 'Last name of the contact in the voter file. Empty: unless the contact is matched to a voter (CONFIRMED), or if the voter file has none.';
COMMENT ON COLUMN "specific_action_item_responses"."action_item_type" IS 'Type of the action item: TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "specific_action_item_responses"."action_item_title" IS 'Current title of the action item.';
COMMENT ON COLUMN "specific_action_item_responses"."action_item_nickname" IS 'Current nickname of the action item. Empty: if the action item has none.';
COMMENT ON COLUMN "specific_action_item_responses"."response_created_at" IS 'When the response was first recorded. Changing the response does not change it.';
COMMENT ON COLUMN "specific_action_item_responses"."task_completed" IS 'Whether the task is completed. Empty: unless action_item_type is TASK.';
COMMENT ON COLUMN "specific_action_item_responses"."response_text" IS 'Answer to a free response question, exactly as written. Empty: unless action_item_type is QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "specific_action_item_responses"."response_multiple_choice_option_text" IS 'Current text of the chosen option. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE.';
COMMENT ON COLUMN "specific_action_item_responses"."response_multiple_choice_option_value" IS 'Configured value of the chosen option, a text. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE, and if the option has none.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__contact_id" IS 'Id of the contact''s entry in the mobilizer''s address book. The same in every campaign of the organization.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__campaign_target_id" IS 'Id of the contact in this campaign.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__action_item_id" IS 'Id of the action item.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__action_response_id" IS 'Id of the response. Changing the response keeps the id; withdrawing it and responding again creates a new one.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__user_id" IS 'User id of the mobilizer whose contact it is.';
COMMENT ON COLUMN "specific_action_item_responses"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "specific_action_item_responses"."response_updated_at" IS 'When the response was last changed. Empty: if never changed.';
COMMENT ON COLUMN "specific_action_item_responses"."response_multiple_choice_option_id" IS 'Id of the chosen option. Empty: unless action_item_type is QUESTION_MULTIPLE_CHOICE.';

CREATE TABLE "legacy_mobilizers" (
    "Organization ID" uuid NOT NULL,
    "Campaign ID" uuid NOT NULL,
    "Mobilizer ID" uuid NOT NULL,
    "Preferred Name" text,
    "First Name" text NOT NULL,
    "Last Name" text NOT NULL,
    "Total Contacts" integer NOT NULL,
    "Total Matched Contacts" integer NOT NULL,
    "% Matched Contacts" numeric(6,2),
    "% Contacts with 1+ Relational Touchpoint" numeric(6,2),
    "% Contacts with Key Question Responses" numeric(6,2),
    "Total Contacts with No Key Question Responses" integer NOT NULL,
    "Total Relational Touchpoints" integer NOT NULL,
    "Last Active At" timestamptz,
    "Matched to Voter File" boolean NOT NULL,
    "Voter File ID" text,
    "City" text,
    "State" text,
    "Location" text,
    "Zip Code" text,
    "Email" text,
    "Phone" text,
    "Joined Campaign At" timestamptz NOT NULL,
    "Key Question Responses 1" integer NOT NULL,
    "Key Question Responses 2" integer NOT NULL,
    "Key Question Responses 3" integer NOT NULL,
    "Key Question Responses 4" integer NOT NULL,
    "Key Question Responses 5" integer NOT NULL,
    PRIMARY KEY ("Mobilizer ID")
);
COMMENT ON COLUMN "legacy_mobilizers"."Organization ID" IS 'Id of the organization.';
COMMENT ON COLUMN "legacy_mobilizers"."Campaign ID" IS 'Id of the campaign.';
COMMENT ON COLUMN "legacy_mobilizers"."Mobilizer ID" IS 'User id (rally__user_id in other exports), not the id of the membership.';
COMMENT ON COLUMN "legacy_mobilizers"."Preferred Name" IS 'Preferred name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_mobilizers"."First Name" IS 'First name, as entered by the mobilizer.';
COMMENT ON COLUMN "legacy_mobilizers"."Last Name" IS 'Last name, as entered by the mobilizer.';
COMMENT ON COLUMN "legacy_mobilizers"."Total Contacts" IS 'Number of the mobilizer''s contacts in this campaign.';
COMMENT ON COLUMN "legacy_mobilizers"."Total Matched Contacts" IS 'Number of the mobilizer''s contacts matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "legacy_mobilizers"."% Matched Contacts" IS 'Share of Total Contacts that are matched to a voter. Empty: if the mobilizer has no contacts.';
COMMENT ON COLUMN "legacy_mobilizers"."% Contacts with 1+ Relational Touchpoint" IS 'Share of Total Contacts with at least one relational touchpoint. Empty: if the mobilizer has no contacts.';
COMMENT ON COLUMN "legacy_mobilizers"."% Contacts with Key Question Responses" IS 'Share of Total Contacts with a current Key Question response. Empty: if the mobilizer has no contacts.';
COMMENT ON COLUMN "legacy_mobilizers"."Total Contacts with No Key Question Responses" IS 'Number of the mobilizer''s contacts without a current Key Question response.';
COMMENT ON COLUMN "legacy_mobilizers"."Total Relational Touchpoints" IS 'Number of relational touchpoints with the mobilizer''s contacts: notes, Key Question answers, and action item responses except tasks marked not completed.';
COMMENT ON COLUMN "legacy_mobilizers"."Last Active At" IS 'Latest activity of the mobilizer in the campaign. Empty: before the first activity.';
COMMENT ON COLUMN "legacy_mobilizers"."Matched to Voter File" IS 'Whether the mobilizer is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "legacy_mobilizers"."Voter File ID" IS 'Id of the voter, unique across states (canonical_voter_id in other exports). Empty: unless Matched to Voter File is true.';
COMMENT ON COLUMN "legacy_mobilizers"."City" IS 'City, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_mobilizers"."State" IS 'Two-letter state code, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_mobilizers"."Location" IS 'City and state separated by a comma, or the one that was entered. Empty: if neither city nor state was entered.';
COMMENT ON COLUMN "legacy_mobilizers"."Zip Code" IS 'Five-digit zip, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_mobilizers"."Email" IS 'Login email of the mobilizer. Empty: without this membership''s consent to share it.';
COMMENT ON COLUMN "legacy_mobilizers"."Phone" IS 'Phone in E.164, such as +12155550123. Empty: without this membership''s consent to share it, or if not entered.';
COMMENT ON COLUMN "legacy_mobilizers"."Joined Campaign At" IS 'When the membership began. Returning to a kept membership does not change it.';
COMMENT ON COLUMN "legacy_mobilizers"."Key Question Responses 1" IS 'Key Question Responses: Definitely Not. Number of the mobilizer''s contacts with this current Key Question response.';
COMMENT ON COLUMN "legacy_mobilizers"."Key Question Responses 2" IS 'Key Question Responses: Probably Not. Number of the mobilizer''s contacts with this current Key Question response.';
COMMENT ON COLUMN "legacy_mobilizers"."Key Question Responses 3" IS 'Key Question Responses: Maybe. Number of the mobilizer''s contacts with this current Key Question response.';
COMMENT ON COLUMN "legacy_mobilizers"."Key Question Responses 4" IS 'Key Question Responses: Probably. Number of the mobilizer''s contacts with this current Key Question response.';
COMMENT ON COLUMN "legacy_mobilizers"."Key Question Responses 5" IS 'Key Question Responses: Definitely. Number of the mobilizer''s contacts with this current Key Question response.';

CREATE TABLE "legacy_contacts" (
    "organization_id" uuid NOT NULL,
    "campaign_id" uuid NOT NULL,
    "person_id" uuid NOT NULL,
    "first_name" text,
    "preferred_name" text,
    "last_name" text,
    "matched_to_voter_file" boolean NOT NULL,
    "canonical_voter_id" text,
    "state_voterfile_id" text,
    "city" text,
    "state" text,
    "zip5" text,
    "date_added_timestamp" timestamptz NOT NULL,
    "actions_taken" integer NOT NULL,
    "key_question_response_value" integer,
    "key_question_response_text" text,
    "vote_plan" text,
    PRIMARY KEY ("person_id")
);
COMMENT ON COLUMN "legacy_contacts"."organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "legacy_contacts"."campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "legacy_contacts"."person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "legacy_contacts"."first_name" IS 'First name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."preferred_name" IS 'Preferred name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."last_name" IS 'Last name, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."matched_to_voter_file" IS 'Whether the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "legacy_contacts"."canonical_voter_id" IS 'Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless matched_to_voter_file is true.';
COMMENT ON COLUMN "legacy_contacts"."state_voterfile_id" IS 'The state''s id of the voter, as in the voter file (state_file_id in other exports). Unique within the state only. Empty: unless matched_to_voter_file is true.';
COMMENT ON COLUMN "legacy_contacts"."city" IS 'City, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."state" IS 'Two-letter state code, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."zip5" IS 'Five-digit zip, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "legacy_contacts"."date_added_timestamp" IS 'When the contact was added to this campaign.';
COMMENT ON COLUMN "legacy_contacts"."actions_taken" IS 'Number of tasks marked completed and questions answered for this contact.';
COMMENT ON COLUMN "legacy_contacts"."key_question_response_value" IS 'Configured value of the current Key Question response. Empty: if there is none or it was cleared.';
COMMENT ON COLUMN "legacy_contacts"."key_question_response_text" IS 'Current text of the current Key Question response. Empty: if there is none or it was cleared.';
COMMENT ON COLUMN "legacy_contacts"."vote_plan" IS 'When, where and how the contact plans to vote. Empty: if none was recorded.';

CREATE TABLE "legacy_contact_action_responses" (
    "campaign_id" uuid NOT NULL,
    "person_id" uuid NOT NULL,
    "canonical_voter_id" text,
    "state_voterfile_id" text,
    "campaign_prompt_id" uuid NOT NULL,
    "prompt_type" text NOT NULL,
    "title" text NOT NULL,
    "created_at" timestamptz NOT NULL,
    "response_text" text,
    "multiple_choice_option_id" uuid,
    "option_text" text,
    PRIMARY KEY ("person_id", "campaign_prompt_id")
);
COMMENT ON COLUMN "legacy_contact_action_responses"."campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "legacy_contact_action_responses"."person_id" IS 'Id of the person behind the contact. It never changes.';
COMMENT ON COLUMN "legacy_contact_action_responses"."canonical_voter_id" IS 'Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "legacy_contact_action_responses"."state_voterfile_id" IS 'The state''s id of the voter, as in the voter file (state_file_id in other exports). Unique within the state only. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "legacy_contact_action_responses"."campaign_prompt_id" IS 'Id of the action item (rally__action_item_id in other exports).';
COMMENT ON COLUMN "legacy_contact_action_responses"."prompt_type" IS 'Type of the question: QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "legacy_contact_action_responses"."title" IS 'Current title of the action item, not its nickname.';
COMMENT ON COLUMN "legacy_contact_action_responses"."created_at" IS 'When the response was first recorded. Changing the response does not change it.';
COMMENT ON COLUMN "legacy_contact_action_responses"."response_text" IS 'Answer to a free response question, exactly as written. Empty: unless prompt_type is QUESTION_FREE_RESPONSE.';
COMMENT ON COLUMN "legacy_contact_action_responses"."multiple_choice_option_id" IS 'Id of the chosen option. Empty: unless prompt_type is QUESTION_MULTIPLE_CHOICE.';
COMMENT ON COLUMN "legacy_contact_action_responses"."option_text" IS 'Current text of the chosen option. Empty: unless prompt_type is QUESTION_MULTIPLE_CHOICE.';

CREATE TABLE "key_question_answers" (
    "answer_id" uuid NOT NULL,
    "answered_at" timestamptz NOT NULL,
    "key_question_response_text_then" text,
    "key_question_response_value_then" integer,
    "key_question_response_id" uuid,
    "is_current" boolean NOT NULL,
    "contact_state_file_id" text,
    "contact_canonical_voter_id" text,
    "mobilizer_provided_contact_first_name" text,
    "mobilizer_provided_contact_last_name" text,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    "rally__contact_id" uuid NOT NULL,
    "rally__campaign_target_id" uuid NOT NULL,
    "rally__person_id" uuid NOT NULL,
    PRIMARY KEY ("answer_id")
);
COMMENT ON COLUMN "key_question_answers"."answer_id" IS 'Id of the answer.';
COMMENT ON COLUMN "key_question_answers"."answered_at" IS 'When the answer was recorded or cleared.';
COMMENT ON COLUMN "key_question_answers"."key_question_response_text_then" IS 'Text of the response at that time. Empty: if the answer was cleared.';
COMMENT ON COLUMN "key_question_answers"."key_question_response_value_then" IS 'Configured value of the response at that time. Empty: if the answer was cleared.';
COMMENT ON COLUMN "key_question_answers"."key_question_response_id" IS 'Id of the response. Rewording it keeps the id. Empty: if the answer was cleared.';
COMMENT ON COLUMN "key_question_answers"."is_current" IS 'Whether this is the contact''s current answer: the latest one, unless it was cleared.';
COMMENT ON COLUMN "key_question_answers"."contact_state_file_id" IS 'The state''s id of the voter that the contact is matched to, as in the voter file. Unique within the state only. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "key_question_answers"."contact_canonical_voter_id" IS 'Id of that voter, unique across states, as in the voter file. Usually the state code followed by state_file_id. Empty: unless the contact is matched to a voter (CONFIRMED).';
COMMENT ON COLUMN "key_question_answers"."mobilizer_provided_contact_first_name" IS 'First name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "key_question_answers"."mobilizer_provided_contact_last_name" IS 'Last name of the contact, as entered by the mobilizer. Empty: if not entered.';
COMMENT ON COLUMN "key_question_answers"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "key_question_answers"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "key_question_answers"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "key_question_answers"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "key_question_answers"."rally__user_id" IS 'User id of the mobilizer whose contact it is.';
COMMENT ON COLUMN "key_question_answers"."rally__user_campaign_membership_id" IS 'Id of that mobilizer''s membership in the campaign.';
COMMENT ON COLUMN "key_question_answers"."rally__contact_id" IS 'Id of the contact''s entry in the mobilizer''s address book. The same in every campaign of the organization.';
COMMENT ON COLUMN "key_question_answers"."rally__campaign_target_id" IS 'Id of the contact in this campaign.';
COMMENT ON COLUMN "key_question_answers"."rally__person_id" IS 'Id of the person behind the contact. It never changes.';

CREATE TABLE "invitations" (
    "invitation_id" uuid NOT NULL,
    "email" text NOT NULL,
    "first_name" text NOT NULL,
    "last_name" text NOT NULL,
    "invited_by_name" text,
    "invited_by_email" text NOT NULL,
    "first_sent_at" timestamptz,
    "last_sent_at" timestamptz,
    "expires_at" timestamptz NOT NULL,
    "accepted_at" timestamptz,
    "accepted_by" text,
    "state" text NOT NULL,
    "delivery_state" text NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__user_id" uuid,
    "rally__user_campaign_membership_id" uuid,
    PRIMARY KEY ("invitation_id")
);
COMMENT ON COLUMN "invitations"."invitation_id" IS 'Id of the invitation. Resending it and inviting the address again keep the id.';
COMMENT ON COLUMN "invitations"."email" IS 'Invited email address, in lower case.';
COMMENT ON COLUMN "invitations"."first_name" IS 'First name of the invited person, as entered by the inviter.';
COMMENT ON COLUMN "invitations"."last_name" IS 'Last name of the invited person, as entered by the inviter.';
COMMENT ON COLUMN "invitations"."invited_by_name" IS 'Name of the administrator who invited last, at that time. Empty: if the inviter''s login has no name.';
COMMENT ON COLUMN "invitations"."invited_by_email" IS 'Login email of that administrator, at that time.';
COMMENT ON COLUMN "invitations"."first_sent_at" IS 'When the first invitation email was sent. Empty: before an email was sent.';
COMMENT ON COLUMN "invitations"."last_sent_at" IS 'When the latest invitation email was sent. Empty: before an email was sent.';
COMMENT ON COLUMN "invitations"."expires_at" IS 'When the latest link expires, unless it is used or revoked before. While its email is queued the invitation stays open, even after this time; the sending sets a new one.';
COMMENT ON COLUMN "invitations"."accepted_at" IS 'When the invitation was accepted: through its link, or by joining from the landing page with the invited address. Empty: unless the invitation was accepted and that membership exists.';
COMMENT ON COLUMN "invitations"."accepted_by" IS 'First and last name of the person who accepted, as entered at that time. Empty: unless the invitation was accepted and that membership exists.';
COMMENT ON COLUMN "invitations"."state" IS 'State of the invitation when the export was requested: open, accepted, expired or revoked.';
COMMENT ON COLUMN "invitations"."delivery_state" IS 'Delivery state of the latest email: queued, sent, delivered, bounced, complained, rejected, suppressed (not sent: the address is on a suppression list, or before its turn the invitation was used or revoked or the campaign was closed) or unsubscribed.';
COMMENT ON COLUMN "invitations"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "invitations"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "invitations"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "invitations"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "invitations"."rally__user_id" IS 'User id of the person who accepted. Empty: unless the invitation was accepted and that membership exists.';
COMMENT ON COLUMN "invitations"."rally__user_campaign_membership_id" IS 'Id of the membership of the person who accepted. They may have left since. Empty: unless the invitation was accepted and that membership exists.';

CREATE TABLE "management_notes" (
    "management_note_id" uuid NOT NULL,
    "note_created_at" timestamptz NOT NULL,
    "note_updated_at" timestamptz,
    "note_content" text NOT NULL,
    "written_by_name" text,
    "written_by_email" text NOT NULL,
    "mobilizer_first_name" text NOT NULL,
    "mobilizer_last_name" text NOT NULL,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    "rally__user_id" uuid NOT NULL,
    "rally__user_campaign_membership_id" uuid NOT NULL,
    PRIMARY KEY ("management_note_id")
);
COMMENT ON COLUMN "management_notes"."management_note_id" IS 'Id of the note.';
COMMENT ON COLUMN "management_notes"."note_created_at" IS 'When the note was written. Edits do not change it.';
COMMENT ON COLUMN "management_notes"."note_updated_at" IS 'When the note was last edited. Empty: if never edited.';
COMMENT ON COLUMN "management_notes"."note_content" IS 'Current text of the note, exactly as written, with its line breaks.';
COMMENT ON COLUMN "management_notes"."written_by_name" IS 'Name of the administrator who wrote the note, at that time. Empty: if the author''s login has no name.';
COMMENT ON COLUMN "management_notes"."written_by_email" IS 'Login email of the administrator, at that time.';
COMMENT ON COLUMN "management_notes"."mobilizer_first_name" IS 'First name of the mobilizer, as entered by the mobilizer.';
COMMENT ON COLUMN "management_notes"."mobilizer_last_name" IS 'Last name of the mobilizer, as entered by the mobilizer.';
COMMENT ON COLUMN "management_notes"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "management_notes"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "management_notes"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "management_notes"."rally__campaign_name" IS 'Name of the campaign.';
COMMENT ON COLUMN "management_notes"."rally__user_id" IS 'User id of the mobilizer.';
COMMENT ON COLUMN "management_notes"."rally__user_campaign_membership_id" IS 'Id of the mobilizer''s membership in the campaign.';

CREATE TABLE "analytics" (
    "section" text NOT NULL,
    "name" text NOT NULL,
    "item_id" uuid,
    "action_item_title" text,
    "day" date,
    "count" integer NOT NULL,
    "of" integer,
    "percent" numeric(6,2),
    "average" numeric(11,1),
    "as_of" timestamptz,
    "rally__organization_id" uuid NOT NULL,
    "rally__organization_name" text NOT NULL,
    "rally__campaign_id" uuid NOT NULL,
    "rally__campaign_name" text NOT NULL,
    UNIQUE NULLS NOT DISTINCT ("section", "name", "item_id", "day")
);
COMMENT ON COLUMN "analytics"."section" IS 'Section of the Analytics page: totals, ladder, movement, action_item, option or day.';
COMMENT ON COLUMN "analytics"."name" IS 'Name of the figure. For ladder and option: current text of the response or option. For movement: moved_up, stayed or moved_down, from the first response to the current one.';
COMMENT ON COLUMN "analytics"."item_id" IS 'Id of the Key Question response (ladder), action item or option. Empty: for totals, movement and days.';
COMMENT ON COLUMN "analytics"."action_item_title" IS 'Current title of the action item that the row is about. For option: of the option''s action item. Empty: for totals, ladder, movement and days.';
COMMENT ON COLUMN "analytics"."day" IS 'Day in the campaign''s time zone. Days without activity are included. Empty: except for days.';
COMMENT ON COLUMN "analytics"."count" IS 'The figure. For the average: number of contacts.';
COMMENT ON COLUMN "analytics"."of" IS 'Base of the share: contacts; contacts with a response (ladder, movement); eligible contacts (responded); responded contacts (completed, option). For the average: mobilizers. Empty: if the count is not a share.';
COMMENT ON COLUMN "analytics"."percent" IS '100 × count ÷ of. Empty: if the count is not a share, for the average, and if of is 0.';
COMMENT ON COLUMN "analytics"."average" IS 'Contacts per mobilizer: count ÷ of. Empty: except for the average, and if of is 0.';
COMMENT ON COLUMN "analytics"."as_of" IS 'When a counter of the campaign last changed. Empty: before anything was counted.';
COMMENT ON COLUMN "analytics"."rally__organization_id" IS 'Id of the organization.';
COMMENT ON COLUMN "analytics"."rally__organization_name" IS 'Name of the organization.';
COMMENT ON COLUMN "analytics"."rally__campaign_id" IS 'Id of the campaign.';
COMMENT ON COLUMN "analytics"."rally__campaign_name" IS 'Name of the campaign.';
