'use strict';
// The names that the functions and Terraform share: both compute them from stage and region, so
// that neither reads the other's output. Account, partition and region are CloudFormation's.

const { readSettings } = require('./settings');

const HANDLERS = ['submit', 'await', 'wake', 'inspect', 'release', 'report', 'sweep'];

const sub = (text) => ({ 'Fn::Sub': text });
const arn = (service, rest) =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`);
const roleArn = (name) => sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}`);

const namesOf = ({ stage, region }) => ({
  table: `ecm-${stage}-jobs`,
  tableArn: arn('dynamodb', `table/ecm-${stage}-jobs`),
  indexArn: (index) => arn('dynamodb', `table/ecm-${stage}-jobs/index/${index}`),
  topicArn: arn('sns', `ecm-${stage}-failures`),
  stateMachineArn: arn('states', `stateMachine:ecm-${stage}`),
  executionArns: arn('states', `execution:ecm-${stage}:*`),
  clusterArns: arn('elasticmapreduce', 'cluster/*'),
  ruleArn: (rule) => arn('events', `rule/ecm-${stage}-${rule}`),
  functionName: (handler) => `ecm-${stage}-${handler}`,
  functionRole: (handler) => `ecm-${stage}-${region}-${handler}`,
  emrRole: (key) => `ecm-${stage}-${region}-emr-${key}`,
  deadLetters: `ecm-${stage}-function-dead-letters`,
});

/** "submit" as Serverless begins the names of its resources. */
const logicalId = (handler) => handler[0].toUpperCase() + handler.slice(1);

module.exports = { HANDLERS, arn, roleArn, sub, logicalId, namesOf, readSettings };
