'use strict';
// The variables of every function: docs/lambda.md says what they mean.

const { namesOf, readSettings } = require('./names');
const { rolesInUse } = require('./roles_of_emr');

// Serverless calls this for ${file(deploy/serverless/environment.js)}.
module.exports = async ({ resolveVariable }) => {
  const settings = readSettings(await resolveVariable('sls:stage'));
  const names = namesOf(settings);
  const { service, profile } = rolesInUse(settings);
  return {
    ECM_STAGE: settings.stage,
    ECM_JOB_TABLE: names.table,
    ECM_TOPIC_ARN: names.topicArn,
    ECM_SERVICE_ROLE: service,
    ECM_INSTANCE_PROFILE: profile,
    ...(settings.log_bucket && { ECM_LOG_BUCKET: settings.log_bucket }),
    ...(settings.subnet && { ECM_SUBNET: settings.subnet }),
  };
};
