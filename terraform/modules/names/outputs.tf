output "prefix" {
  description = "What every name begins with."
  value       = local.prefix
}

output "regional_prefix" {
  description = "What the name of every role begins with."
  value       = local.regional
}

output "functions" {
  description = "The functions (made by serverless.yml) by handler: name, and ARN of the alias that is called."
  value = {
    for handler in local.handlers : handler => {
      name      = "${local.prefix}-${handler}"
      alias_arn = "arn:${var.partition}:lambda:${local.place}:function:${local.prefix}-${handler}:${local.alias}"
      log_group = "/aws/lambda/${local.prefix}-${handler}"
    }
  }
}

output "state_machine" {
  description = "Name, ARN and log group of the state machine."
  value = {
    name      = local.prefix
    arn       = "arn:${var.partition}:states:${local.place}:stateMachine:${local.prefix}"
    log_group = "/aws/vendedlogs/states/${local.prefix}"
  }
}

output "topic" {
  description = "Name and ARN of the topic for failures."
  value = {
    name = "${local.prefix}-failures"
    arn  = "arn:${var.partition}:sns:${local.place}:${local.prefix}-failures"
  }
}

output "table" {
  description = "Name of the job table."
  value       = "${local.prefix}-jobs"
}

output "rules" {
  description = "Name and ARN of each EventBridge rule."
  value = {
    for rule in local.rules : rule => {
      name = "${local.prefix}-${rule}"
      arn  = "arn:${var.partition}:events:${local.place}:rule/${local.prefix}-${rule}"
    }
  }
}

output "queues" {
  description = "Name and ARN of the queues for dead letters: of the rules (made here), of the functions (made by serverless.yml)."
  value = {
    for queue in local.queues : queue => {
      name = "${local.prefix}-${queue}"
      arn  = "arn:${var.partition}:sqs:${local.place}:${local.prefix}-${queue}"
    }
  }
}

output "roles" {
  description = "Name and ARN of each role."
  value = {
    for role in local.roles : role => {
      name = "${local.regional}-${role}"
      arn  = "${local.iam}:role/${local.regional}-${role}"
    }
  }
}

output "alarm_arns" {
  description = "Pattern of the ARNs of the alarms."
  value       = "arn:${var.partition}:cloudwatch:${local.place}:alarm:${local.prefix}-*"
}
