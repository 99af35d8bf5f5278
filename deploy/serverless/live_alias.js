'use strict';
// A plugin, since Serverless has no means of its own: each function's newest version gets the alias
// `live`, which is what the state machine and EventBridge call. So a deployment that fails half way
// leaves every caller with the version that it had.

const { logicalId, namesOf, readSettings } = require('./names');

const ALIAS = 'live';

/** The EventBridge rules of Terraform, by the function that each calls. */
const CALLERS = {
  wake: ['emr-events'],
  sweep: ['ended-executions', 'sweep-schedule'],
};

function versionOf(resources, functionId) {
  const versions = Object.keys(resources).filter(
    (id) =>
      resources[id].Type === 'AWS::Lambda::Version' &&
      resources[id].Properties.FunctionName.Ref === functionId
  );
  if (versions.length !== 1) throw new Error(`${functionId} has ${versions.length} versions`);
  return versions[0];
}

const alias = (functionId, versionId) => ({
  Type: 'AWS::Lambda::Alias',
  Properties: {
    Description: 'What the state machine and EventBridge call',
    FunctionName: { Ref: functionId },
    FunctionVersion: { 'Fn::GetAtt': [versionId, 'Version'] },
    Name: ALIAS,
  },
});

const permission = (aliasId, sourceArn) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: aliasId },
    Principal: 'events.amazonaws.com',
    SourceArn: sourceArn,
  },
});

const inCamelCase = (name) => name.split('-').map(logicalId).join('');

class LiveAlias {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { 'before:package:finalize': () => this.add() };
  }

  add() {
    const { service } = this.serverless;
    const resources = service.provider.compiledCloudFormationTemplate.Resources;
    const { ruleArn } = namesOf(readSettings(service.custom.settings.stage));
    for (const handler of Object.keys(service.functions)) {
      const id = logicalId(handler);
      const functionId = `${id}LambdaFunction`;
      const aliasId = `${id}LiveAlias`;
      resources[aliasId] = alias(functionId, versionOf(resources, functionId));
      for (const rule of CALLERS[handler] || []) {
        resources[`${id}From${inCamelCase(rule)}`] = permission(aliasId, ruleArn(rule));
      }
    }
  }
}

module.exports = LiveAlias;
