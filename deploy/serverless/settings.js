'use strict';
// The settings of one environment: environments/ENV.tfvars.json, with the defaults of the members
// that the functions use. Terraform reads the same file; environments/settings.schema.json says
// what each member means.

const fs = require('fs');
const path = require('path');

const FOLDER = path.resolve(__dirname, '..', '..', 'environments');
const STAGE = /^[a-z0-9-]{1,16}$/;

const DEFAULTS = {
  region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || null,
  log_bucket: null,
  subnet: null,
  create_roles: true,
  service_role: 'EMR_DefaultRole',
  instance_profile: 'EMR_EC2_DefaultRole',
  autoscaling_role: false,
  custom_roles: {},
  passable_role_arns: [],
  permissions_boundary: null,
  reserved_concurrency: null,
  vpc: null,
  tracing: true,
  log_retention_days: 30,
  kms_key_arn: null,
  tags: {},
};

function readFile(file) {
  if (!fs.existsSync(file)) return {};
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no JSON: ${error.message}`);
  }
}

function refuseUnknownMembers(file, given) {
  const schema = readFile(path.join(FOLDER, 'settings.schema.json'));
  const unknown = Object.keys(given).filter((member) => !(member in schema.properties));
  if (unknown.length > 0) {
    throw new Error(
      `${file}: unknown member ${unknown.join(', ')}; environments/settings.schema.json has all`
    );
  }
}

/** null and a member that is not there both mean the default. */
function withDefaults(given) {
  const settings = { ...DEFAULTS };
  for (const member of Object.keys(DEFAULTS)) {
    if (given[member] !== undefined && given[member] !== null) settings[member] = given[member];
  }
  return settings;
}

function readSettings(stage) {
  if (!STAGE.test(stage)) {
    throw new Error(`the stage '${stage}' is not fit for names: expected 1 to 16 of a-z, 0-9, -`);
  }
  const file = path.join(FOLDER, `${stage}.tfvars.json`);
  const given = readFile(file);
  refuseUnknownMembers(file, given);
  const settings = withDefaults(given);
  if (!settings.region) {
    throw new Error(`no region: name it in ${file} as "region" or in AWS_REGION`);
  }
  return { ...settings, stage, all_tags: { ...settings.tags, 'ecm:stage': stage } };
}

// Serverless calls this for ${file(deploy/serverless/settings.js)}.
module.exports = async ({ resolveVariable }) => readSettings(await resolveVariable('sls:stage'));
module.exports.readSettings = readSettings;
