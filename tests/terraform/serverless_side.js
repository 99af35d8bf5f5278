'use strict';
// Prints what the files behind serverless.yml compute for a stage: what Terraform must agree with.

const path = require('path');

const [root, stage] = process.argv.slice(2);
const load = (name) => require(path.join(root, 'deploy', 'serverless', name));
const resolveVariable = async () => stage;

async function main() {
  const settings = load('settings').readSettings(stage);
  const functions = await load('functions')({ resolveVariable });
  const Resources = {};
  for (const handler of Object.keys(functions)) {
    const id = handler[0].toUpperCase() + handler.slice(1);
    Resources[`${id}Version`] = {
      Type: 'AWS::Lambda::Version',
      Properties: { FunctionName: { Ref: `${id}LambdaFunction` } },
    };
  }
  const service = {
    functions,
    custom: { settings },
    provider: { compiledCloudFormationTemplate: { Resources } },
  };
  new (load('live_alias'))({ service }).add();
  process.stdout.write(
    JSON.stringify({
      names: load('names').namesOf(settings),
      functions: Object.fromEntries(Object.entries(functions).map(([key, value]) => [key, value.name])),
      roles: Object.fromEntries(
        Object.keys(functions).map((key) => [key, load('names').namesOf(settings).functionRole(key)])
      ),
      environment: await load('environment')({ resolveVariable }),
      passable: load('roles_of_emr').passableRoles(settings),
      resources: Resources,
    })
  );
}

main();
