'use strict';
// What each function may do. tests/deploy compares this with the calls that the functions really
// make, both ways, and with the table in docs/iam.md.

const { arn, namesOf, sub } = require('./names');
const { passableRoles } = require('./roles_of_emr');

const allow = (sid, actions, resources, condition) => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
});

const IN_REGION = { StringEquals: { 'aws:RequestedRegion': sub('${AWS::Region}') } };
const ofStage = (settings) => ({
  StringEquals: { 'elasticmapreduce:ResourceTag/ecm:stage': settings.stage },
});

// --- the job table ------------------------------------------------------------------------------
const jobs = (settings, ...actions) =>
  allow('Jobs', actions.map((action) => `dynamodb:${action}`), [namesOf(settings).tableArn]);

const jobsByIndex = (settings, ...indexes) =>
  allow('JobsByIndex', ['dynamodb:Query'], indexes.map(namesOf(settings).indexArn));

// --- EMR ----------------------------------------------------------------------------------------
function createCluster(settings) {
  const tags = {
    'aws:RequestTag/ecm:stage': settings.stage,
    'aws:RequestTag/for-use-with-amazon-emr-managed-policies': 'true',
  };
  return [
    // RunJobFlow knows no resources: its tags say whose the cluster is.
    allow('CreateCluster', ['elasticmapreduce:RunJobFlow'], ['*'], {
      StringEquals: { ...tags, ...IN_REGION.StringEquals },
    }),
    allow('TagNewCluster', ['elasticmapreduce:AddTags'], [namesOf(settings).clusterArns], {
      StringEquals: tags,
    }),
  ];
}

// ListClusters knows neither resources nor tags.
const listClusters = () =>
  allow('ListClusters', ['elasticmapreduce:ListClusters'], ['*'], IN_REGION);

const clustersOfStage = (settings, ...actions) =>
  allow(
    'ClustersOfStage',
    actions.map((action) => `elasticmapreduce:${action}`),
    [namesOf(settings).clusterArns],
    ofStage(settings)
  );

// The sweep must see a cluster with a name of ours that has lost its tags, to tell people of it.
const lookAtClusters = (settings) =>
  allow(
    'LookAtClusters',
    ['elasticmapreduce:DescribeCluster', 'elasticmapreduce:ListSteps'],
    [namesOf(settings).clusterArns]
  );

// --- roles that submit hands to EMR -------------------------------------------------------------
function passRoles(settings) {
  const roles = passableRoles(settings);
  // As AWS's own policies for EMR have them: in China some of these end in .cn.
  const services = {
    emr: 'elasticmapreduce.amazonaws.com*',
    ec2: 'ec2.amazonaws.com*',
    autoscaling: 'application-autoscaling.amazonaws.com*',
  };
  const pass = (sid, arns, to) =>
    allow(sid, ['iam:PassRole'], arns, { StringLike: { 'iam:PassedToService': to } });
  return [
    pass('PassServiceRole', roles.emr, services.emr),
    pass('PassNodeRoles', roles.ec2, services.ec2),
    pass('PassAutoscalingRole', roles.autoscaling, services.autoscaling),
    pass('PassFurtherRoles', roles.any, Object.values(services)),
  ].filter((statement) => statement.Resource.length > 0);
}

// An account's first cluster makes the role by which EMR cleans up when its own right is gone.
const cleanupRole = () =>
  allow(
    'FirstClusterOfAccount',
    ['iam:CreateServiceLinkedRole'],
    [
      sub(
        'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/' +
          'elasticmapreduce.${AWS::URLSuffix}/AWSServiceRoleForEMRCleanup'
      ),
    ],
    { StringEquals: { 'iam:AWSServiceName': sub('elasticmapreduce.${AWS::URLSuffix}') } }
  );

// --- everything else ----------------------------------------------------------------------------
const answerTokens = (settings) =>
  allow('AnswerTokens', ['states:SendTaskSuccess'], [namesOf(settings).stateMachineArn]);

const lookAtExecutions = (settings) => [
  allow('ListExecutions', ['states:ListExecutions'], [namesOf(settings).stateMachineArn]),
  allow('LookAtExecutions', ['states:DescribeExecution'], [namesOf(settings).executionArns]),
];

/** Only the declared bucket; without s3:ListBucket S3 calls an object that is late "denied". */
function readLogs({ log_bucket: bucket, stage }) {
  if (!bucket) return [];
  const bucketArn = `arn:\${AWS::Partition}:s3:::${bucket}`;
  return [
    allow('ReadLogs', ['s3:GetObject'], [sub(`${bucketArn}/emr/${stage}/*`)]),
    allow('TellLateFromDenied', ['s3:ListBucket'], [sub(bucketArn)]),
  ];
}

/** A key that Terraform makes for the topic lets the sweep in by its own policy. */
function tellPeople(settings) {
  const viaSns = { 'kms:ViaService': sub('sns.${AWS::Region}.${AWS::URLSuffix}') };
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
  return [
    allow('TellPeople', ['sns:Publish'], [namesOf(settings).topicArn]),
    ...(settings.kms_key_arn
      ? [allow('KeyOfTopic', actions, [settings.kms_key_arn], { StringEquals: viaSns })]
      : []),
  ];
}

const keepDeadLetters = () =>
  allow('DeadLetters', ['sqs:SendMessage'], [{ 'Fn::GetAtt': ['DeadLetters', 'Arn'] }]);

// --- what every function has for Lambda's own sake ----------------------------------------------
function runInVpc(settings, handler) {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const own = arn('lambda', `function:${namesOf(settings).functionName(handler)}`);
  return [
    allow('NetworkInterfaces', actions, ['*'], IN_REGION),
    // Lambda itself makes them; the code has no business with them.
    {
      ...allow('NotByItsCode', actions, ['*'], { ArnEquals: { 'lambda:SourceFunctionArn': own } }),
      Effect: 'Deny',
    },
  ];
}

function runAsFunction(settings, handler) {
  const group = `log-group:/aws/lambda/${namesOf(settings).functionName(handler)}:*`;
  const traces = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
  return [
    allow('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', group)]),
    ...(settings.tracing ? [allow('Traces', traces, ['*'], IN_REGION)] : []),
    ...(settings.vpc ? runInVpc(settings, handler) : []),
    ...(settings.kms_key_arn
      ? [allow('KeyOfEnvironment', ['kms:Decrypt'], [settings.kms_key_arn])]
      : []),
  ];
}

const PERMISSIONS = {
  submit: (s) => [
    jobs(s, 'GetItem', 'PutItem'),
    ...createCluster(s),
    listClusters(),
    clustersOfStage(s, 'TerminateJobFlows'),
    ...passRoles(s),
    cleanupRole(),
  ],
  await: (s) => [jobs(s, 'GetItem', 'PutItem'), answerTokens(s)],
  wake: (s) => [
    jobs(s, 'BatchGetItem', 'GetItem', 'PutItem'),
    jobsByIndex(s, 'by-cluster', 'open'),
    answerTokens(s),
    keepDeadLetters(),
  ],
  inspect: (s) => [jobs(s, 'GetItem'), clustersOfStage(s, 'DescribeCluster', 'ListSteps')],
  release: (s) => [
    jobs(s, 'GetItem', 'PutItem'),
    listClusters(),
    clustersOfStage(s, 'DescribeCluster', 'SetTerminationProtection', 'TerminateJobFlows'),
  ],
  report: (s) => [jobs(s, 'GetItem', 'PutItem'), ...readLogs(s)],
  sweep: (s) => [
    jobs(s, 'BatchGetItem', 'GetItem', 'PutItem'),
    jobsByIndex(s, 'by-cluster', 'open'),
    listClusters(),
    lookAtClusters(s),
    clustersOfStage(s, 'SetTerminationProtection', 'TerminateJobFlows'),
    ...lookAtExecutions(s),
    answerTokens(s),
    ...tellPeople(s),
    keepDeadLetters(),
  ],
};

module.exports = {
  permissionsOf: (settings, handler) => [
    ...PERMISSIONS[handler](settings),
    ...runAsFunction(settings, handler),
  ],
};
