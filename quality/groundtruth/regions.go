package groundtruth

import (
	"errors"
	"fmt"
	"strings"
)

// owners are the accounts in which AWS keeps the functions of its built-in kinds of
// labelling, by region (Amazon SageMaker API Reference, HumanTaskConfig).
var owners = map[string]string{
	"us-east-1": "432418664414", "us-east-2": "266458841044", "us-west-2": "081040173940", "ca-central-1": "918755190332",
	"eu-west-1": "568282634449", "eu-west-2": "487402164563", "eu-central-1": "203001061592",
	"ap-northeast-1": "477331159723", "ap-northeast-2": "845288260483", "ap-south-1": "565803892007",
	"ap-southeast-1": "377565633583", "ap-southeast-2": "454466003867",
}

// lambda returns the ARN of a function: the configured one, or AWS' own.
func lambda(configured, region, name string) string {
	if configured != "" {
		return configured
	}
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", region, owners[region], name)
}

// Check says what is missing or wrong in the settings.
func (c Settings) Check() error {
	var errs []error
	for key, value := range map[string]string{"bucket": c.Bucket, "region": c.Region, "role": c.Role, "workteam": c.Workteam} {
		if value == "" {
			errs = append(errs, fmt.Errorf("quality.ground_truth.%s is missing", key))
		}
	}
	if strings.Contains(c.Workteam, ":workteam/public-crowd/") {
		errs = append(errs, errors.New("quality.ground_truth.workteam is the public one: what is labelled here must not be shown to it (use a private workteam)"))
	}
	if c.Annotators < 1 || c.Annotators > 9 {
		errs = append(errs, errors.New("quality.ground_truth.annotators: want 1 to 9"))
	}
	if owners[c.Region] == "" && (c.PreLambda == "" || c.PostLambda == "") {
		errs = append(errs, fmt.Errorf("quality.ground_truth: AWS has no labelling of texts in %s (set pre_lambda and post_lambda to functions of yours)", c.Region))
	}
	return errors.Join(errs...)
}
