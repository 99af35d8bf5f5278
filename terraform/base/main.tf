module "names" {
  source = "../modules/names"

  stage      = local.stage
  region     = var.region
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

module "failures_topic" {
  source = "../modules/failures_topic"

  name        = module.names.topic.name
  arn         = module.names.topic.arn
  partition   = data.aws_partition.current.partition
  region      = var.region
  account_id  = data.aws_caller_identity.current.account_id
  kms_key_arn = var.kms_key_arn
  alarms      = var.alarms
  alarm_arns  = module.names.alarm_arns
  emails      = var.notification_emails

  publisher_role_arns = [module.names.roles["state-machine"].arn, module.names.roles["sweep"].arn]
}

module "job_table" {
  source = "../modules/job_table"

  name                   = module.names.table
  point_in_time_recovery = var.point_in_time_recovery
}

module "state_machine" {
  source = "../modules/state_machine"

  name                 = module.names.state_machine.name
  arn                  = module.names.state_machine.arn
  log_group            = module.names.state_machine.log_group
  role_name            = module.names.roles["state-machine"].name
  partition            = data.aws_partition.current.partition
  account_id           = data.aws_caller_identity.current.account_id
  topic_arn            = module.names.topic.arn
  kms_key_arn          = var.kms_key_arn
  tracing              = var.tracing
  log_retention_days   = var.log_retention_days
  log_execution_data   = var.log_execution_data
  permissions_boundary = var.permissions_boundary

  function_arns = {
    for handler in ["submit", "await", "inspect", "release", "report"] :
    handler => module.names.functions[handler].alias_arn
  }
}

module "emr_roles" {
  source = "../modules/emr_roles"
  count  = var.create_roles ? 1 : 0

  names                = module.names.roles
  regional_prefix      = module.names.regional_prefix
  partition            = data.aws_partition.current.partition
  account_id           = data.aws_caller_identity.current.account_id
  region               = var.region
  logs                 = var.log_bucket == null ? null : "${var.log_bucket}/emr/${local.stage}/"
  job_buckets          = var.job_buckets
  custom_roles         = var.custom_roles
  passable_role_arns   = var.passable_role_arns
  autoscaling_role     = var.autoscaling_role
  permissions_boundary = var.permissions_boundary
}

module "events" {
  source = "../modules/events"

  prefix            = module.names.prefix
  rules             = module.names.rules
  queue             = module.names.queues["event-dead-letters"]
  state_machine_arn = module.names.state_machine.arn
  wake_arn          = module.names.functions["wake"].alias_arn
  sweep_arn         = module.names.functions["sweep"].alias_arn
  sweep_minutes     = var.sweep_minutes
}

module "alarms" {
  source = "../modules/alarms"
  count  = var.alarms ? 1 : 0

  prefix            = module.names.prefix
  topic             = module.names.topic
  state_machine_arn = module.names.state_machine.arn
  sweep             = { name = module.names.functions["sweep"].name, log_group = module.names.functions["sweep"].log_group }
  schedule_rule     = module.names.rules["sweep-schedule"].name
  sweep_minutes     = var.sweep_minutes
  queues            = { for key, queue in module.names.queues : key => queue.name }
}

module "dashboard" {
  source = "../modules/dashboard"
  count  = var.dashboard ? 1 : 0

  name              = module.names.prefix
  region            = var.region
  state_machine_arn = module.names.state_machine.arn
  functions         = sort([for function in module.names.functions : function.name])
  queues            = sort([for queue in module.names.queues : queue.name])
}
